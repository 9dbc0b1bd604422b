import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { EventData, SaharyEvent } from '@sahary/contracts/events'
import type { ServiceName } from '@sahary/contracts/services'
import { type Connected, connect, type Tx } from '@sahary/db/connect'
import { migrate } from '@sahary/db/migrate'
import { provision } from '@sahary/db/provision'
import type { SpineTables } from '@sahary/db/spine'
import { createLogger } from '@sahary/observability/log'
import { registry } from '@sahary/observability/metrics'
import { type ColumnType, type GeneratedAlways, sql } from 'kysely'
import pg from 'pg'
import { inject } from 'vitest'

/** What a hearing service of these tests keeps: one row per effect, and a count per thing. */
export type TestTables = {
  effect: {
    id: GeneratedAlways<bigint>
    event_id: string
    subject: string
    sequence: bigint | number
    at: ColumnType<Date, undefined, never>
  }
  balance: { subject: string; events: bigint | number }
}
export type Database = SpineTables & TestTables

export const logger = createLogger({ service: 'test', level: process.env.TEST_LOG ?? 'silent' })

export type Side = Connected<Database> & { url: string }
export type Bed<S extends ServiceName> = Record<S, Side> & { adminUrl: string; close: () => Promise<void> }

/** A database of its own in which the named services have a schema each, connected as their runtime roles. */
export async function bed<S extends ServiceName>(...names: S[]): Promise<Bed<S>> {
  return bedOn(inject('postgresUrl'), ...names)
}

/** The same on a PostgreSQL of the test's own. */
export async function bedOn<S extends ServiceName>(server: string, ...names: S[]): Promise<Bed<S>> {
  const name = `bus_${randomBytes(6).toString('hex')}`
  await admin(server, `create database ${name}`)
  const adminUrl = withPath(server, name)
  const sides = {} as Record<S, Side>
  for (const service of names) {
    await provision(adminUrl, [{ service, password: `test-${service}` }])
    await migrate({
      url: adminUrl,
      schema: service,
      runtimeRole: service,
      directory: join(import.meta.dirname, 'migrations'),
    })
    const url = new URL(adminUrl)
    url.username = service
    url.password = `test-${service}`
    sides[service] = { ...connect<Database>(url.href, { service, max: 12 }), url: url.href }
  }
  const close = async (): Promise<void> => {
    await Promise.all(names.map(service => sides[service].close()))
    await admin(server, `drop database if exists ${name} with (force)`)
  }
  return { ...sides, adminUrl, close }
}

async function admin(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  await client.query(text)
  await client.end()
}

function withPath(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}

/** Data of a `vm.started` about one VM. */
export const started = (vmId: number): EventData<'vm.started'> => ({
  vmId,
  accountId: 7,
  siteId: 1,
  hostId: 3,
  name: `vm-${vmId}`,
  reason: 'user',
  spec: { vmType: 's-1', supplyClass: 'solar_only', vcpus: 1, memoryMib: 512, diskGib: 10 },
})

/** The effect of these tests: a row, and one more in the thing's count. */
export async function book(tx: Tx<Database>, event: SaharyEvent): Promise<void> {
  await tx
    .insertInto('effect')
    .values({ event_id: event.id, subject: event.subject, sequence: event.sequence })
    .execute()
  await sql`
    insert into balance as b (subject, events) values (${event.subject}, 1)
    on conflict (subject) do update set events = b.events + 1`.execute(tx)
}

/** What a metric of this process says now, 0 when it has said nothing. */
export async function measured(name: string, noun?: string): Promise<number> {
  const { values } = await registry.getSingleMetric(name)!.get()
  return values.find(({ labels }) => (labels as { noun?: string }).noun === noun)?.value ?? 0
}

/** How many effects there are. */
export async function effects({ db }: Side): Promise<number> {
  const { n } = await db
    .selectFrom('effect')
    .select(eb => eb.fn.countAll<bigint>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(n)
}

/** How many effects each thing has had, against the count that was kept beside them. */
export async function wrongBalances({ db }: Side): Promise<unknown[]> {
  const { rows } = await sql`
    select subject, events, count(event_id) as effects, count(distinct event_id) as distinct_effects
      from balance full join effect using (subject) group by subject, events
    having events <> count(event_id) or count(event_id) <> count(distinct event_id)`.execute(db)
  return rows
}
