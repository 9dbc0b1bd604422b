import { AckPolicy, type JetStreamClient, jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream'
import { connect } from 'nats'
import pg from 'pg'
import { cpuSeconds } from './cpu.ts'
import type { Stage } from './stage.ts'

const body = JSON.stringify({ filler: 'x'.repeat(400) })
const inFlight = 200

/** JetStream alone, per second: publishing with message ids, consuming with acks, and both at the same time. */
export async function bareJetStream(
  stage: Stage,
  count: number,
): Promise<{ publish: Pace; consume: Pace; both: Pace }> {
  const url = new URL(stage.natsUrl('admin'))
  const nc = await connect({ servers: url.host, user: url.username, pass: url.password })
  const js = jetstream(nc)
  const jsm = await jetstreamManager(nc)
  await jsm.streams.add({ name: 'BARE', subjects: ['bare.>'], storage: StorageType.File })
  await jsm.consumers.add('BARE', { durable_name: 'bare', ack_policy: AckPolicy.Explicit, max_ack_pending: 1_000 })
  const publish = await paceOf(count, () => publishAll(js, count, 0))
  const consume = await paceOf(count, () => consumeAll(js, count))
  const both = await paceOf(count, () => Promise.all([publishAll(js, count, count), consumeAll(js, count)]))
  await jsm.streams.delete('BARE')
  await nc.close()
  return { publish, consume, both }
}

async function publishAll(js: JetStreamClient, count: number, from: number): Promise<void> {
  let next = 0
  const loop = async (): Promise<void> => {
    while (next < count) {
      const n = next++
      await js.publish(`bare.${n % 500}`, body, { msgID: String(from + n), timeout: 10_000 })
    }
  }
  await Promise.all(Array.from({ length: inFlight }, loop))
}

async function consumeAll(js: JetStreamClient, count: number): Promise<void> {
  const consumer = await js.consumers.get('BARE', 'bare')
  const messages = await consumer.consume({ max_messages: 500 })
  let left = count
  for await (const message of messages) {
    message.ack()
    if (--left === 0) break
  }
  await messages.close()
}

/** PostgreSQL alone, rows per second: batches of 500 by unnest into a table of the outbox's shape, one connection. */
export async function bareInsert(stage: Stage, count: number): Promise<Pace> {
  const client = new pg.Client({ connectionString: stage.adminUrl })
  await client.connect()
  await client.query('create table bare (id bigint generated always as identity primary key, subject text, data jsonb)')
  const subjects = Array.from({ length: 500 }, (_, n) => String(n))
  const bodies = subjects.map(() => body)
  const rows = await paceOf(count, async () => {
    for (let n = 0; n < count; n += 500) {
      await client.query('insert into bare (subject, data) select * from unnest($1::text[], $2::jsonb[])', [
        subjects,
        bodies,
      ])
    }
  })
  await client.query('drop table bare')
  await client.end()
  return rows
}

/**
 * PostgreSQL alone, transactions per second: one row each into the same shape, `writers` connections of pg side by
 * side, one prepared statement, which is all there is to it. An event needs two such transactions at the least.
 */
export async function bareTransactions(
  stage: Stage,
  { count, writers }: { count: number; writers: number },
): Promise<Pace> {
  const clients = Array.from({ length: writers }, () => new pg.Client({ connectionString: stage.adminUrl }))
  await Promise.all(clients.map(client => client.connect()))
  await clients[0]!.query(
    'create table bare (id bigint generated always as identity primary key, subject text, data jsonb)',
  )
  const text = 'insert into bare (subject, data) values ($1, $2)'
  let left = count
  const pace = await paceOf(count, () =>
    Promise.all(
      clients.map(async client => {
        while (left-- > 0) await client.query({ name: 'bare', text, values: ['7', body] })
      }),
    ),
  )
  await clients[0]!.query('drop table bare')
  await Promise.all(clients.map(client => client.end()))
  return pace
}

/** How often a second, and what each cost this process and the servers below it in microseconds of processor. */
export type Pace = { perSecond: number; us: number }

async function paceOf(count: number, work: () => Promise<unknown>): Promise<Pace> {
  const [start, before] = [performance.now(), cpuSeconds(process.pid)]
  await work()
  return {
    perSecond: Math.round(count / ((performance.now() - start) / 1_000)),
    us: Math.round(((cpuSeconds(process.pid) - before) * 1e6) / count),
  }
}
