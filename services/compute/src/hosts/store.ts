import type { Tx } from '@sahary/db/connect'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../app.ts'
import type { Probe } from '../engine/probe/store.ts'
import type { Candidate, Size } from './placement.ts'

export type Host = {
  id: number
  name: string
  siteId: number
  state: 'up' | 'lost' | 'drained'
  cores: number
  sellable: Size
  capabilities: Probe['capabilities']
  joinedAt: Date
  lastSeenAt: Date
}

type Row = Awaited<ReturnType<typeof rowsOf>>[number]
const rowsOf = (db: Kysely<Database>) => db.selectFrom('host').selectAll().orderBy('id').execute()

const fromRow = (row: Row): Host => ({
  id: Number(row.id),
  name: row.name,
  siteId: Number(row.site_id),
  state: row.state as Host['state'],
  cores: row.cores,
  sellable: { vcpus: row.sellable_vcpus, memoryMib: row.sellable_memory_mib, diskGib: row.sellable_disk_gib },
  capabilities: row.capabilities as Probe['capabilities'],
  joinedAt: row.joined_at,
  lastSeenAt: row.last_seen_at,
})

export async function listHosts(db: Kysely<Database>): Promise<Host[]> {
  return (await rowsOf(db)).map(fromRow)
}

export async function lockHostNamed(tx: Tx<Database>, name: string): Promise<Host | null> {
  const row = await tx.selectFrom('host').selectAll().where('name', '=', name).forUpdate().executeTakeFirst()
  return row ? fromRow(row) : null
}

type Beat = { probe: Probe; sellable: Size; at: Date }
const beaten = ({ probe, sellable, at }: Beat) => ({
  cores: probe.cores,
  sellable_vcpus: sellable.vcpus,
  sellable_memory_mib: sellable.memoryMib,
  sellable_disk_gib: sellable.diskGib,
  capabilities: JSON.stringify(probe.capabilities),
  last_seen_at: at,
  beat_at: sql<Date>`now()`,
})

/** A new host; null when another replica was faster. */
export async function insertHost(tx: Tx<Database>, name: string, siteId: number, beat: Beat): Promise<Host | null> {
  const row = await tx
    .insertInto('host')
    .values({ name, site_id: siteId, state: 'up', joined_at: beat.at, ...beaten(beat) })
    .onConflict(conflict => conflict.column('name').doNothing())
    .returningAll()
    .executeTakeFirst()
  return row ? fromRow(row) : null
}

export async function saveBeat(tx: Tx<Database>, id: number, state: Host['state'], beat: Beat): Promise<void> {
  await tx
    .updateTable('host')
    .set({ state, ...beaten(beat) })
    .where('id', '=', BigInt(id))
    .execute()
}

/** Marks the hosts that have been silent for too long (real time), and gives them. */
export async function loseSilent(tx: Tx<Database>, silentS: number): Promise<Host[]> {
  const rows = await tx
    .updateTable('host')
    .set({ state: 'lost' })
    .where('state', '=', 'up')
    .where('beat_at', '<', sql<Date>`now() - make_interval(secs => ${silentS})`)
    .returningAll()
    .execute()
  return rows.map(fromRow)
}

/** What is known of a host's VMs while it is silent: nothing. */
export async function forgetVms(tx: Tx<Database>, hostId: number): Promise<void> {
  await tx
    .updateTable('vm')
    .set({ status: 'unknown' })
    .where('host_id', '=', BigInt(hostId))
    .where('deleted_at', 'is', null)
    .execute()
}

/** Has every VM of a host looked at again. */
export async function unsettleVms(tx: Tx<Database>, hostId: number): Promise<void> {
  await tx
    .updateTable('vm')
    .set({ settled: false })
    .where('host_id', '=', BigInt(hostId))
    .where('deleted_at', 'is', null)
    .execute()
}

/** The hosts that may take VMs, of one site or of all, locked so that two reservations cannot meet, with their load. */
export async function lockCandidates(
  tx: Tx<Database>,
  sites: readonly number[] | null,
): Promise<(Candidate & { siteId: number })[]> {
  let query = tx.selectFrom('host').selectAll().where('state', '=', 'up')
  if (sites !== null) query = query.where('site_id', 'in', sites.map(BigInt))
  const hosts = (await query.orderBy('id').forUpdate().execute()).map(fromRow)
  if (hosts.length === 0) return []
  const loads = await tx
    .selectFrom('vm')
    .select(eb => [
      'host_id',
      eb.fn.sum<bigint>('vcpus').as('vcpus'),
      eb.fn.sum<bigint>('memory_mib').as('memory_mib'),
      eb.fn.sum<bigint>('disk_gib').as('disk_gib'),
    ])
    .where('deleted_at', 'is', null)
    .where(
      'host_id',
      'in',
      hosts.map(host => BigInt(host.id)),
    )
    .groupBy('host_id')
    .execute()
  return hosts.map(host => {
    const load = loads.find(row => Number(row.host_id) === host.id)
    const reserved = {
      vcpus: Number(load?.vcpus ?? 0),
      memoryMib: Number(load?.memory_mib ?? 0),
      diskGib: Number(load?.disk_gib ?? 0),
    }
    return {
      id: host.id,
      siteId: host.siteId,
      cores: host.cores,
      images: host.capabilities.images,
      sellable: host.sellable,
      reserved,
    }
  })
}

/** Processors of all hosts of a site. */
export async function coresOfSite(db: Kysely<Database>, siteId: number): Promise<number> {
  const row = await db
    .selectFrom('host')
    .select(eb => eb.fn.coalesce(eb.fn.sum<bigint>('cores'), sql<bigint>`0`).as('cores'))
    .where('site_id', '=', BigInt(siteId))
    .executeTakeFirstOrThrow()
  return Number(row.cores)
}
