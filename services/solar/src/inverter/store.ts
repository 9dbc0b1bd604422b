import type { Tx } from '@sahary/db/connect'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Database } from '../app.ts'
import type { Measure } from '../format/format.ts'
import type { Vendor } from '../format/formats.ts'
import type { Presence } from '../live/freshness.ts'
import type { Inverter as InverterRow } from '../tables.ts'
import type { Inverter, InverterFields } from './inverter.ts'

const fromRow = (row: Selectable<InverterRow>): Inverter => ({
  inverterId: Number(row.id),
  siteId: Number(row.site_id),
  vendor: row.vendor as Vendor,
  name: row.name,
  serial: row.serial,
  ratedW: row.rated_w,
  measures: row.measures as Measure[],
  settings: row.settings as Inverter['settings'],
  deviceId: row.device_id === null ? null : Number(row.device_id),
  credentialVersion: row.credential_version,
  credentialReady: row.credential_applied === row.credential_version,
  createdAt: row.created_at,
})

type NewRow = InverterFields & { siteId: number; deviceId: number | null; at: Date; inverterId?: number | undefined }

/** Adds a device; the broker does not know it yet. */
export async function addInverter(tx: Tx<Database>, inverter: NewRow): Promise<Inverter> {
  const row = await tx
    .insertInto('inverter')
    .values({
      ...(inverter.inverterId === undefined ? {} : { id: inverter.inverterId }),
      site_id: inverter.siteId,
      vendor: inverter.vendor,
      name: inverter.name,
      serial: inverter.serial,
      rated_w: inverter.ratedW,
      measures: inverter.measures,
      settings: JSON.stringify(inverter.settings),
      device_id: inverter.deviceId,
      created_at: inverter.at,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await tx.insertInto('inverter_state').values({ inverter_id: row.id }).execute()
  return fromRow(row)
}

/** The devices of a site in the order of their ids. */
export async function invertersOf(db: Kysely<Database>, siteId: number): Promise<Inverter[]> {
  const rows = await db.selectFrom('inverter').selectAll().where('site_id', '=', BigInt(siteId)).orderBy('id').execute()
  return rows.map(fromRow)
}

/** The device with this id, or undefined. */
export async function findInverter(db: Kysely<Database>, inverterId: number): Promise<Inverter | undefined> {
  const row = await db.selectFrom('inverter').selectAll().where('id', '=', BigInt(inverterId)).executeTakeFirst()
  return row && fromRow(row)
}

/** Devices whose current password the broker does not know yet. */
export async function withoutAccount(db: Kysely<Database>, limit: number): Promise<Inverter[]> {
  const rows = await db
    .selectFrom('inverter')
    .selectAll()
    .whereRef('credential_applied', '<', 'credential_version')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(fromRow)
}

/** Notes that the broker knows this version of the password. */
export async function markAccount(db: Kysely<Database>, inverterId: number, version: number): Promise<void> {
  await db
    .updateTable('inverter')
    .set({ credential_applied: version })
    .where('id', '=', BigInt(inverterId))
    .where('credential_version', '=', version)
    .execute()
}

/** Forgets that the broker knows the passwords of devices whose accounts it does not list. */
export async function forgetAccounts(db: Kysely<Database>, listed: readonly string[]): Promise<void> {
  await db
    .updateTable('inverter')
    .set({ credential_applied: 0 })
    .where('credential_applied', '>', 0)
    .where(sql<boolean>`id::text <> all(${listed}::text[])`)
    .execute()
}

export type Spoken = { inverterId: number; vendor: Vendor; serial: string; online: boolean }

/** Devices of these vendors, which fall silent unless they are spoken to. */
export async function speakingTo(db: Kysely<Database>, vendors: readonly string[]): Promise<Spoken[]> {
  if (vendors.length === 0) return []
  const rows = await db
    .selectFrom('inverter')
    .innerJoin('inverter_state', 'inverter_state.inverter_id', 'inverter.id')
    .select(['id', 'vendor', 'serial', 'online'])
    .where('vendor', 'in', vendors)
    .orderBy('id')
    .execute()
  return rows.map(row => ({
    inverterId: Number(row.id),
    vendor: row.vendor as Vendor,
    serial: row.serial,
    online: row.online,
  }))
}

export type Said = Presence & { seenAt: Date | null }

/** What was last said of a device; its row is locked until the transaction ends. */
export async function lockPresence(tx: Tx<Database>, inverterId: number): Promise<Said> {
  const row = await tx
    .selectFrom('inverter_state')
    .select(['seen_at', 'online', 'cause'])
    .where('inverter_id', '=', BigInt(inverterId))
    .forUpdate()
    .executeTakeFirstOrThrow()
  return { seenAt: row.seen_at, online: row.online, cause: row.cause as Presence['cause'] }
}

/** Keeps what is said of a device from now on. */
export async function savePresence(tx: Tx<Database>, inverterId: number, presence: Presence, at: Date): Promise<void> {
  await tx
    .updateTable('inverter_state')
    .set({ online: presence.online, cause: presence.cause, changed_at: at })
    .where('inverter_id', '=', BigInt(inverterId))
    .execute()
}

/**
 * Links inverters to the repair file `deviceId` by the serial that it has now (none when it is retired). A link that holds
 * stays, whoever else types the same serial; one that is lost goes to the file that was registered first of those left.
 */
export async function linkBySerial(tx: Tx<Database>, deviceId: number, serial: string | null): Promise<void> {
  await sql`
    update inverter i
       set device_id = (select min(device_id) from known_device k where lower(k.serial) = lower(i.serial) and not retired)
     where i.device_id = ${deviceId} and lower(i.serial) is distinct from lower(${serial}::text)
        or i.device_id is null and lower(i.serial) = lower(${serial}::text)`.execute(tx)
}
