import { startConsumers } from '@sahary/bus/consumer'
import { openBus } from '@sahary/bus/nats'
import type { SaharyEvent } from '@sahary/contracts/events'
import { connect, type Tx } from '@sahary/db/connect'
import type { SpineTables } from '@sahary/db/spine'
import { afterCommit, atCommit } from '@sahary/db/transaction'
import { createLogger } from '@sahary/observability/log'
import { sql } from 'kysely'

type Started = SaharyEvent<'vm.started'>
type Database = SpineTables & { effect: { event_id: string; subject: string; sequence: number } }

const [databaseUrl = '', natsUrl = '', lanes = '8', batch = '1'] = process.argv.slice(2)
const size = Number(batch)
const nowMs = () => performance.timeOrigin + performance.now()
const logger = createLogger({ service: 'hearer', level: 'warn' })
const { db } = connect<Database>(databaseUrl, { service: 'metering', max: 20 })
const bus = await openBus(natsUrl, { service: 'metering', logger })
await bus.connection()

let expected = 0
let latencies: number[] = []
const applied = (saidAt: number): void => {
  latencies.push(nowMs() - saidAt)
  if (latencies.length >= expected) process.send?.({ ended: nowMs(), latencies })
}
const rowOf = ({ id, subject, sequence }: Started) => ({ event_id: id, subject, sequence })
const saidAt = ({ data }: Started): number => Number(data.name)

async function applyOne(tx: Tx<Database>, event: Started): Promise<void> {
  await atCommit(tx, tx.insertInto('effect').values(rowOf(event)))
  afterCommit(tx, () => applied(saidAt(event)))
}

/** A row each, as a service writes many: by one statement whose text does not depend on how many. */
async function applyMany(tx: Tx<Database>, all: readonly Started[]): Promise<void> {
  const rows = all.map(rowOf)
  await sql`/* prepared effects */
    insert into effect (event_id, subject, sequence)
    select * from unnest(${rows.map(row => row.event_id)}::uuid[], ${rows.map(row => row.subject)}::text[],
                         ${rows.map(row => row.sequence)}::bigint[])`.execute(tx)
  afterCommit(tx, () => all.map(saidAt).forEach(applied))
}

const consumers = startConsumers({
  db,
  bus,
  service: 'metering',
  logger,
  lanes: Number(lanes),
  batch: size,
  on: { 'vm.started': size > 1 ? { many: applyMany } : applyOne },
})
process.on('message', (message: { expect: number } | 'stop') => {
  if (message === 'stop') return void consumers.stop().then(() => process.exit(0))
  expected = message.expect
  latencies = []
  process.send?.('ready')
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
