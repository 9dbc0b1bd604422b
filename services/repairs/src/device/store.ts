import type { DeviceKind } from '@sahary/contracts/repair'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Database } from '../app.ts'
import type { Device as DeviceTable } from '../tables.ts'
import type { Device, NewDevice } from './device.ts'

const columnsOf = (device: NewDevice) => ({
  kind: device.kind,
  brand: device.brand,
  model: device.model,
  serial: device.serial,
  note: device.note,
  purchased_on: device.purchasedOn,
  warranty_until: device.warrantyUntil,
})

export type Registration = NewDevice & { accountId: number; by: number; at: Date }

/** A new device; a serial number that is taken violates `device_serial_unique`. */
export async function insertDevice(db: Kysely<Database>, device: Registration): Promise<Device> {
  const row = await db
    .insertInto('device')
    .values({
      ...columnsOf(device),
      account_id: device.accountId,
      registered_by: device.by,
      registered_at: device.at,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return fromRow(row)
}

export type DevicePage = { accountId: number; retired: boolean; most: number; beforeId: number | undefined }

/** An account's devices, newest first: those in service, or those retired. */
export async function devicesOf(db: Kysely<Database>, page: DevicePage): Promise<Device[]> {
  const rows = await db
    .selectFrom('device')
    .selectAll()
    .where('account_id', '=', BigInt(page.accountId))
    .where('retired_at', page.retired ? 'is not' : 'is', null)
    .$if(page.beforeId !== undefined, query => query.where('id', '<', BigInt(page.beforeId ?? 0)))
    .orderBy('id', 'desc')
    .limit(page.most)
    .execute()
  return rows.map(fromRow)
}

/** An account's own device, locked; null when it has no such. */
export async function lockDevice(db: Kysely<Database>, accountId: number, id: number): Promise<Device | null> {
  const row = await db
    .selectFrom('device')
    .selectAll()
    .where('id', '=', BigInt(id))
    .where('account_id', '=', BigInt(accountId))
    .forUpdate()
    .executeTakeFirst()
  return row ? fromRow(row) : null
}

/** Any device, by id; for what already belongs to a repair. */
export async function deviceById(db: Kysely<Database>, id: number): Promise<Device | null> {
  const row = await db.selectFrom('device').selectAll().where('id', '=', BigInt(id)).executeTakeFirst()
  return row ? fromRow(row) : null
}

/** Writes a locked device as it shall be. */
export async function updateDevice(db: Kysely<Database>, id: number, device: NewDevice): Promise<Device> {
  const row = await db
    .updateTable('device')
    .set({ ...columnsOf(device), version: sql`version + 1` })
    .where('id', '=', BigInt(id))
    .returningAll()
    .executeTakeFirstOrThrow()
  return fromRow(row)
}

/** Takes a locked device out of service. */
export async function retireDevice(db: Kysely<Database>, id: number, at: Date): Promise<void> {
  await db
    .updateTable('device')
    .set({ retired_at: at, version: sql`version + 1` })
    .where('id', '=', BigInt(id))
    .execute()
}

/** The number of an unfinished repair of the device, or null. */
export async function openRepairOf(
  db: Kysely<Database>,
  deviceId: number,
  ends: readonly string[],
): Promise<string | null> {
  const row = await db
    .selectFrom('repair')
    .select('number')
    .where('device_id', '=', BigInt(deviceId))
    .where('state', 'not in', ends)
    .executeTakeFirst()
  return row?.number ?? null
}

const fromRow = (row: Selectable<DeviceTable>): Device => ({
  id: Number(row.id),
  accountId: Number(row.account_id),
  kind: row.kind as DeviceKind,
  brand: row.brand,
  model: row.model,
  serial: row.serial,
  note: row.note,
  purchasedOn: row.purchased_on,
  warrantyUntil: row.warranty_until,
  version: row.version,
  registeredAt: row.registered_at.toISOString(),
  retiredAt: row.retired_at?.toISOString() ?? null,
})
