import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { serviceNames } from '@sahary/contracts/services'
import { createLogger } from '@sahary/observability/log'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { compareOnce } from '../src/nightly.ts'
import { makeSchemas, reconcilerUrl } from '../src/schemas.ts'

const root = join(import.meta.dirname, '../../..')
const database = `operations_${randomBytes(6).toString('hex')}`
const adminUrl = new URL(`/${database}`, inject('postgresUrl')).href
const reconcilerPassword = 'test-reconciler'
const url = reconcilerUrl(adminUrl, reconcilerPassword)
const metricsFile = join(tmpdir(), `${database}.prom`)
const schemas = {
  adminUrl,
  reconcilerPassword,
  passwords: Object.fromEntries(serviceNames.map(service => [service, `test-${service}`])),
  directoryOf: (service: string) => join(root, 'services', service, 'migrations'),
}

async function on(address: string, text: string, values: unknown[] = []): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: address })
  await client.connect()
  try {
    return await client.query(text, values)
  } finally {
    await client.end()
  }
}

beforeAll(async () => {
  await on(inject('postgresUrl'), `create database ${database}`)
  await makeSchemas(schemas)
})
afterAll(async () => {
  rmSync(metricsFile, { force: true })
  await on(inject('postgresUrl'), `drop database if exists ${database} with (force)`)
})
beforeEach(() => on(adminUrl, 'truncate compute.outbox, metering.inbox, solar.inbox, metering.parked'))

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000)

/** An event that compute said so long ago, which the relay has published. */
async function said(subject: string, hours: number): Promise<string> {
  const { rows } = await on(
    adminUrl,
    `insert into compute.outbox (day, event_id, type, subject, sequence, occurred_at, data, created_at, published_at, stream_seq)
     values (($2::timestamptz at time zone 'utc')::date, uuidv7($2::timestamptz - now()), 'vm.started', $1, 1, $2, '{}', $2, $2, 1)
     returning event_id`,
    [subject, hoursAgo(hours)],
  )
  return rows[0].event_id
}
const heard = (hearer: string, eventId: string, hours: number) =>
  on(
    adminUrl,
    `insert into ${hearer}.inbox (day, event_id, type, received_at)
     values (coalesce((uuid_extract_timestamp($1::uuid) at time zone 'utc')::date, '1970-01-01'), $1, 'vm.started', $2)`,
    [eventId, hoursAgo(hours)],
  )

/** Compares, and gives the number of differences, the lines of the log and the metrics. */
async function compared() {
  const lines: Record<string, unknown>[] = []
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(
        ...String(chunk)
          .trim()
          .split('\n')
          .map(each => JSON.parse(each)),
      )
      done()
    },
  })
  const logger = createLogger({ service: 'operations', level: 'info' }, destination)
  const differences = await compareOnce({ url, logger, metricsFile })
  return { differences, lines, metrics: readFileSync(metricsFile, 'utf8') }
}

test('books that agree give no difference, a zero that alarms can see, and one line', async () => {
  for (const hours of [2, 10, 24]) {
    const id = await said(`vm${hours}`, hours)
    for (const hearer of ['metering', 'solar']) await heard(hearer, id, hours)
  }
  const { differences, lines, metrics } = await compared()
  expect(differences).toBe(0)
  expect(lines).toMatchObject([{ level: 'info', missing: 0, unsaid: 0 }])
  expect(metrics).toContain('reconcile_differences{kind="missing",speaker="",hearer=""} 0')
  expect(metrics).toMatch(/reconcile_completed_seconds 1\d{9}/)
})

test('an event that one hearer missed and one that nobody said are found, each once, in log and metrics', async () => {
  const ids = [await said('a', 2), await said('b', 20)]
  for (const id of ids) await heard('solar', id, 2)
  await heard('metering', ids[0]!, 2)
  const planted = '0192f5a1-7c3e-4d41-8a44-000000000001'
  await heard('metering', planted, 3)
  const { differences, lines, metrics } = await compared()
  expect(differences).toBe(2)
  expect(lines.map(({ message, eventId, hearer }) => [message, eventId, hearer])).toEqual([
    ['what was said and what was heard differ', undefined, undefined],
    ['said and never heard', ids[1], 'metering'],
    ['heard and never said', planted, 'metering'],
  ])
  expect(metrics).toContain('reconcile_differences{kind="missing",speaker="compute",hearer="metering"} 1')
  expect(metrics).toContain('reconcile_differences{kind="unsaid",speaker="compute",hearer="metering"} 1')
})

test('what may still be under way, and what is parked for an operator, is no difference', async () => {
  await heard('metering', await said('known', 5), 5)
  await said('late', 0.5)
  const parked = await said('parked', 4)
  await on(
    adminUrl,
    `insert into metering.parked (key, durable, stream, stream_seq, event_id, reason, attempts, payload)
     values ('k', 'metering--vm', 'COMPUTE', 1, $1, 'test', 8, '')`,
    [parked],
  )
  expect((await compared()).differences).toBe(0)
})

test('the role sees which events there were, not what they say, and changes nothing', async () => {
  await said('secret', 2)
  expect((await on(url, 'select type from compute.outbox')).rows).toEqual([{ type: 'vm.started' }])
  for (const text of ['select data from compute.outbox', 'select * from compute.vm'])
    await expect(on(url, text), text).rejects.toThrow(/permission denied/)
  for (const text of ["update compute.outbox set type = 'vm.x'", 'delete from metering.inbox', 'create table mine ()'])
    await expect(on(url, `begin read write; ${text}`), text).rejects.toThrow(/permission denied|no schema/)
})

test('making everything again, four times at once, changes nothing', async () => {
  const all = await Promise.all(Array.from({ length: 4 }, () => makeSchemas(schemas)))
  expect(all.flatMap(applied => Object.values(applied).flat())).toEqual([])
})
