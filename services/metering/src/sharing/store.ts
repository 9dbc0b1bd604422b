import { type Kysely, sql } from 'kysely'
import type { Database } from '../app.ts'
import { energyOf, platformOf } from '../energy/columns.ts'
import { energyText } from '../energy/energy.ts'
import { scaled, unscaled } from '../quantity/quantity.ts'
import type { SharedSlot } from './sharing.ts'

const sum = (column: string) => sql<string | null>`sum(${sql.ref(column)})`

/** Slots of a site that have been shared, newest first; those before `before`, when it is said. */
export async function listShared(
  db: Kysely<Database>,
  siteId: number,
  before: Date | undefined,
  limit: number,
): Promise<SharedSlot[]> {
  const rows = await db
    .with('shown', shown =>
      shown
        .selectFrom('slot')
        .selectAll()
        .where('site_id', '=', BigInt(siteId))
        .where('shared_at', 'is not', null)
        .$if(before !== undefined, query => query.where('from_at', '<', before!))
        .orderBy('from_at', 'desc')
        .limit(limit),
    )
    .selectFrom('shown')
    .leftJoinLateral(
      ({ selectFrom }) =>
        selectFrom('vm_slot')
          .whereRef('vm_slot.site_id', '=', 'shown.site_id')
          .whereRef('vm_slot.from_at', '=', 'shown.from_at')
          .select([
            sql<string>`count(solar_wh)`.as('vms'),
            sum('solar_wh').as('solar_wh'),
            sum('battery_wh').as('battery_wh'),
            sum('grid_wh').as('grid_wh'),
            sum('generator_wh').as('generator_wh'),
          ])
          .as('used'),
      join => join.onTrue(),
    )
    .select(['site_id', 'from_at', 'to_at', 'quality', 'load_wh'])
    .select(['platform_solar_wh', 'platform_battery_wh', 'platform_grid_wh', 'platform_generator_wh'])
    .select(['used.vms', 'used.solar_wh', 'used.battery_wh', 'used.grid_wh', 'used.generator_wh'])
    .orderBy('shown.from_at', 'desc')
    .execute()
  return rows.map(row => ({
    ...{ siteId: Number(row.site_id), from: row.from_at.toISOString(), to: row.to_at.toISOString() },
    quality: row.quality as SharedSlot['quality'],
    loadWh: unscaled(scaled(row.load_wh)),
    vms: Number(row.vms),
    vmsWh: energyText(energyOf(row)),
    platformWh: energyText(platformOf(row)),
  }))
}
