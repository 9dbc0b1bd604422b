import type { Tx } from '@sahary/db/connect'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import { energyColumns } from '../energy/columns.ts'
import type { Energy } from '../energy/energy.ts'
import { placeColumns, placeOf } from '../life/columns.ts'
import type { Place } from '../life/life.ts'
import { unscaled } from '../quantity/quantity.ts'
import type { Quantities, Recorded } from './usage.ts'

/** What is written as one record, or as a correction of one. */
export type NewUsage = {
  vmId: number
  place: Place
  from: Date
  to: Date
  ran: boolean
  quantities: Quantities
  energy: Energy
  adjusts: { usageId: number; reason: 'late_energy' | 'late_event' } | null
}

/** Writes records and gives their ids in the same order. */
export async function addUsage(tx: Tx<Database>, usages: readonly NewUsage[], now: Date): Promise<number[]> {
  if (usages.length === 0) return []
  const rows = await tx
    .insertInto('usage')
    .values(
      usages.map(usage => ({
        vm_id: usage.vmId,
        ...placeColumns(usage.place),
        from_at: usage.from,
        to_at: usage.to,
        ran: usage.ran,
        running_seconds: unscaled(usage.quantities.running),
        vcpu_seconds: unscaled(usage.quantities.vcpu),
        memory_mib_seconds: unscaled(usage.quantities.memoryMib),
        disk_gib_seconds: unscaled(usage.quantities.diskGib),
        shed_seconds: unscaled(usage.quantities.shed),
        ...energyColumns(usage.energy),
        adjusts_id: usage.adjusts?.usageId ?? null,
        reason: usage.adjusts?.reason ?? null,
        recorded_at: now,
      })),
    )
    .returning('id')
    .execute()
  return rows.map(row => Number(row.id))
}

/** A VM's records (not their corrections) that end after `from` and begin before `to`, in order. */
export async function recordsBetween(tx: Kysely<Database>, vmId: number, from: Date, to: Date): Promise<Recorded[]> {
  const rows = await tx
    .selectFrom('usage')
    .select(['id', 'from_at', 'to_at', 'ran'])
    .where('vm_id', '=', BigInt(vmId))
    .where('adjusts_id', 'is', null)
    .where('to_at', '>', from)
    .where('from_at', '<', to)
    .orderBy('from_at')
    .execute()
  return rows.map(row => ({ usageId: Number(row.id), from: row.from_at, to: row.to_at, running: row.ran }))
}

/** The places of records, by id: what a correction repeats. */
export async function placesOf(tx: Kysely<Database>, usageIds: readonly number[]) {
  if (usageIds.length === 0) return new Map<number, { place: Place; from: Date; to: Date }>()
  const rows = await tx.selectFrom('usage').selectAll().where('id', 'in', usageIds.map(BigInt)).execute()
  return new Map(
    rows.map(row => [
      Number(row.id),
      {
        from: row.from_at,
        to: row.to_at,
        place: placeOf(row),
      },
    ]),
  )
}
