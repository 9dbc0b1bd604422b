import { createRevoked } from '@sahary/auth/revoked'
import { apply, type Handlers } from '@sahary/bus/handler'
import { openBus } from '@sahary/bus/nats'
import { fixedClock } from '@sahary/clock/clock'
import type { EventData, EventType, SaharyEvent } from '@sahary/contracts/events'
import { transaction } from '@sahary/db/transaction'
import { createLogger } from '@sahary/observability/log'
import type { TestNats } from '@sahary/testing/nats'
import { testDatabase } from '@sahary/testing/postgres'
import { testVerifier } from '@sahary/testing/principal'
import { heard } from '@sahary/testing/say'
import { sql } from 'kysely'
import { consumersOf, createApp, type Database, startWork } from '../src/app.ts'
import { at } from './site.ts'

const logger = createLogger({ service: 'metering', level: 'silent' })
export const patience = { graceMs: 20 * 60_000, realMs: 0 }
export const slotPatience = { graceMs: 10 * 60_000, realMs: 0 }

/** Metering on a database of its own and a clock that stands still until it is told. */
export async function meteringBench() {
  const database = await testDatabase<Database>('metering')
  const clock = fixedClock(at(0))
  const deps = { db: database.db, clock, logger, verify: testVerifier() }
  const revoked = createRevoked()
  const on = consumersOf(deps)
  const sequences = new Map<number, number>()
  const stops: (() => Promise<void>)[] = []
  return {
    ...database,
    deps,
    clock,
    app: createApp(deps),
    /** Applies an event as if it had just been heard; VMs' events count their own sequence unless told. */
    hear: async <T extends EventType>(type: T, data: EventData<T>, said: { at?: Date; sequence?: number } = {}) => {
      const vmId = 'vmId' in data ? Number(data.vmId) : 0
      const sequence = said.sequence ?? (sequences.get(vmId) ?? 0) + 1
      sequences.set(vmId, Math.max(sequence, sequences.get(vmId) ?? 0))
      const event = { type, data, sequence, time: (said.at ?? clock.now()).toISOString() } as unknown as SaharyEvent<T>
      await transaction(database.db, tx => apply(on as Handlers<Database>, tx, [event]))
    },
    /** Starts a replica that says, hears and works by itself. */
    start: async (nats: TestNats) => {
      const bus = await openBus(nats.urlOf('metering'), { service: 'metering', logger })
      const work = startWork(deps, {
        pool: database.pool,
        bus,
        revoked,
        waits: { slot: slotPatience, usage: patience },
      })
      const stop = async () => {
        for (const end of work) await end()
        await bus.close()
      }
      stops.push(stop)
      return stop
    },
    said: async () => (await heard(database.db)).filter(each => each.type.startsWith('usage.')),
    /** What VMs and platform got of each slot against what the meter measured: differences, which must be none. */
    unbalanced: async () => {
      const { rows } = await sql`
        select s.site_id, s.from_at
          from slot s left join vm_slot v on v.site_id = s.site_id and v.from_at = s.from_at
         where s.shared_at is not null
         group by s.site_id, s.from_at
        having s.solar_wh <> s.platform_solar_wh + coalesce(sum(v.solar_wh), 0)
            or s.battery_wh <> s.platform_battery_wh + coalesce(sum(v.battery_wh), 0)
            or s.grid_wh <> s.platform_grid_wh + coalesce(sum(v.grid_wh), 0)
            or s.generator_wh <> s.platform_generator_wh + coalesce(sum(v.generator_wh), 0)`.execute(database.db)
      return rows
    },
    close: async () => {
      for (const stop of stops) await stop()
      await database.close()
    },
  }
}
export type Bench = Awaited<ReturnType<typeof meteringBench>>
