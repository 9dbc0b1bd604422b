import type { Tx } from '@sahary/db/connect'
import { advisoryLock } from '@sahary/db/lock'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../app.ts'
import { scaled, unscaled } from '../quantity/quantity.ts'
import { energyColumns, energyOf, platformOf } from './columns.ts'
import type { Energy, Metered, Slot } from './energy.ts'

/** A slot as it is stored: with its site, and with the platform's part once it has been shared. */
export type StoredSlot = Slot & { siteId: number; platform: Energy | null }

/** A VM's use of a slot, as compute said it. */
export type NewMetering = Metered & { siteId: number; from: Date; to: Date }

const platformColumns = (energy: Energy) => ({
  platform_solar_wh: unscaled(energy.solar),
  platform_battery_wh: unscaled(energy.battery),
  platform_grid_wh: unscaled(energy.grid),
  platform_generator_wh: unscaled(energy.generator),
})

/** Keeps a slot; false when the site already has it. */
export async function addSlot(tx: Tx<Database>, slot: Slot & { siteId: number; quality: string }): Promise<boolean> {
  const added = await tx
    .insertInto('slot')
    .values({
      site_id: slot.siteId,
      from_at: slot.from,
      to_at: slot.to,
      load_wh: unscaled(slot.load),
      baseline_wh: unscaled(slot.baseline),
      ...energyColumns(slot.bySource),
      quality: slot.quality,
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst()
  return added.numInsertedOrUpdatedRows === 1n
}

/** Keeps what a VM did in a slot; false when it is known. */
export async function addMetering(tx: Tx<Database>, metered: NewMetering): Promise<boolean> {
  const added = await tx
    .insertInto('vm_slot')
    .values({
      vm_id: metered.vmId,
      from_at: metered.from,
      to_at: metered.to,
      site_id: metered.siteId,
      cpu_seconds: unscaled(metered.cpu, 9),
      running_seconds: unscaled(metered.running, 9),
      vcpus: metered.vcpus,
      site_cpu_seconds: unscaled(metered.siteCpu, 9),
      site_vcpus: metered.siteVcpus,
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst()
  return added.numInsertedOrUpdatedRows === 1n
}

/** Slots that have not been shared, oldest first; `heardMs` is how long ago each came, on a real watch. */
export async function unsharedSlots(
  db: Kysely<Database>,
  after: { siteId: number; from: Date },
  limit: number,
): Promise<{ siteId: number; from: Date; to: Date; heardMs: number }[]> {
  const rows = await db
    .selectFrom('slot')
    .select(['site_id', 'from_at', 'to_at'])
    .select(sql<number>`(extract(epoch from clock_timestamp() - heard_at) * 1000)::float8`.as('heard_ms'))
    .where('shared_at', 'is', null)
    .where(sql<boolean>`(from_at, site_id) > (${after.from}, ${after.siteId})`)
    .orderBy('from_at')
    .orderBy('site_id')
    .limit(limit)
    .execute()
  return rows.map(row => ({ siteId: Number(row.site_id), from: row.from_at, to: row.to_at, heardMs: row.heard_ms }))
}

/** Locks a slot until the transaction ends, whether it has come yet or not, and gives it. */
export async function lockSlot(tx: Tx<Database>, siteId: number, from: Date): Promise<StoredSlot | undefined> {
  await advisoryLock(tx, 'slot', siteId, from.getTime())
  const row = await tx
    .selectFrom('slot')
    .selectAll()
    .where('site_id', '=', BigInt(siteId))
    .where('from_at', '=', from)
    .executeTakeFirst()
  if (!row) return undefined
  return {
    siteId,
    from: row.from_at,
    to: row.to_at,
    load: scaled(row.load_wh),
    baseline: scaled(row.baseline_wh),
    bySource: energyOf(row),
    platform: row.shared_at ? platformOf(row) : null,
  }
}

/** Everything metered at a site in a slot. */
export async function meteringsOf(tx: Kysely<Database>, siteId: number, from: Date): Promise<Metered[]> {
  const rows = await tx
    .selectFrom('vm_slot')
    .selectAll()
    .where('site_id', '=', BigInt(siteId))
    .where('from_at', '=', from)
    .orderBy('vm_id')
    .execute()
  return rows.map(row => ({
    vmId: Number(row.vm_id),
    cpu: scaled(row.cpu_seconds, 9),
    running: scaled(row.running_seconds, 9),
    vcpus: row.vcpus,
    siteCpu: scaled(row.site_cpu_seconds, 9),
    siteVcpus: row.site_vcpus,
  }))
}

/** Writes VMs' shares of a slot and what is left for the platform. */
export async function saveShares(
  tx: Tx<Database>,
  slot: StoredSlot,
  { vms, platform }: { vms: ReadonlyMap<number, Energy>; platform: Energy },
  now: Date,
): Promise<void> {
  const rows = [...vms].map(([vm_id, energy]) => ({ vm_id, ...energyColumns(energy) }))
  await sql`
    update vm_slot v
       set solar_wh = s.solar_wh, battery_wh = s.battery_wh, grid_wh = s.grid_wh, generator_wh = s.generator_wh
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as s (vm_id bigint, solar_wh numeric, battery_wh numeric, grid_wh numeric, generator_wh numeric)
     where v.vm_id = s.vm_id and v.from_at = ${slot.from}
  `.execute(tx)
  await tx
    .updateTable('slot')
    .set({ ...platformColumns(platform), shared_at: now })
    .where('site_id', '=', BigInt(slot.siteId))
    .where('from_at', '=', slot.from)
    .execute()
}

/** The spans of a site's shared slots that touch `from`…`to`, in order. */
export async function sharedSpans(tx: Kysely<Database>, siteIds: readonly number[], from: Date, to: Date) {
  const rows = await tx
    .selectFrom('slot')
    .select(['site_id', 'from_at', 'to_at'])
    .where('site_id', 'in', siteIds.map(BigInt))
    .where('shared_at', 'is not', null)
    .where('from_at', '<', to)
    .where('to_at', '>', from)
    .orderBy('from_at')
    .execute()
  return rows.map(row => ({ siteId: Number(row.site_id), from: row.from_at, to: row.to_at }))
}

/** A VM's shares that no record has used, up to an instant, in order. */
export async function unusedShares(tx: Tx<Database>, vmId: number, until: Date) {
  const rows = await tx
    .selectFrom('vm_slot')
    .select(['from_at', 'to_at', 'solar_wh', 'battery_wh', 'grid_wh', 'generator_wh'])
    .where('vm_id', '=', BigInt(vmId))
    .where('usage_id', 'is', null)
    .where('solar_wh', 'is not', null)
    .where('from_at', '<', until)
    .orderBy('from_at')
    .execute()
  return rows.map(row => ({ from: row.from_at, to: row.to_at, energy: energyOf(row) }))
}

/** Ties each share to the one record that used it; refuses what another record has used. */
export async function tieShares(
  tx: Tx<Database>,
  vmId: number,
  uses: readonly { from: Date; usageId: number }[],
): Promise<void> {
  if (uses.length === 0) return
  const rows = uses.map(use => ({ from_at: use.from.toISOString(), usage_id: use.usageId }))
  const { numAffectedRows } = await sql`
    update vm_slot v set usage_id = u.usage_id
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as u (from_at timestamptz, usage_id bigint)
     where v.vm_id = ${vmId} and v.from_at = u.from_at and v.usage_id is null
  `.execute(tx)
  if (numAffectedRows !== BigInt(uses.length)) throw new Error(`a slot of VM ${vmId} was used twice`)
}
