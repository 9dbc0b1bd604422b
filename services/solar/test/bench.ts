import { randomUUID } from 'node:crypto'
import { apply, type Handlers } from '@sahary/bus/handler'
import { fixedClock } from '@sahary/clock/clock'
import type { EventData, EventType, SaharyEvent } from '@sahary/contracts/events'
import { transaction } from '@sahary/db/transaction'
import { createLogger } from '@sahary/observability/log'
import { testDatabase } from '@sahary/testing/postgres'
import { staffToken, testVerifier, tokenFor } from '@sahary/testing/principal'
import { heard } from '@sahary/testing/say'
import { sql } from 'kysely'
import { consumers, createApp, type Database } from '../src/app.ts'
import { judgePresence } from '../src/inverter/jobs.ts'
import { type Draws, judgeSites } from '../src/power/jobs.ts'
import { takeBatch } from '../src/reading/actions.ts'
import type { Arrived } from '../src/reading/reading.ts'
import { closeDue } from '../src/slot/jobs.ts'

export const deviceKey = 'a key of tests that is long enough to be one'
const logger = createLogger({ service: 'solar', level: 'silent' })

export const newSite = {
  name: 'Cairo roof',
  lat: 30.0444,
  lon: 31.2357,
  timezone: 'Africa/Cairo',
  ratedW: 5000,
  baselineW: 100,
  batteryCapacityWh: 10_000,
  batteryUsableWh: 9000,
  arrays: [{ name: 'South', peakW: 4000, tiltDeg: 25, azimuthDeg: 180 }],
}
export const roofSerial = '116180001234'
export const portal = 'c0619ab1cafe'

/** Solar on a database of its own and a clock that stands still until it is told. */
export async function solarBench(start = '2026-06-21T09:00:00Z') {
  const database = await testDatabase<Database>('solar')
  const clock = fixedClock(start)
  const deps = { db: database.db, clock, logger, verify: testVerifier(), deviceKey }
  const app = createApp(deps)
  const draws: Draws = new Map()
  const sequences = new Map<string, number>()

  const ask = async (
    method: 'GET' | 'POST' | 'PATCH',
    url: string,
    payload?: unknown,
    more: { token?: string; key?: string } = {},
  ) => {
    const token = more.token ?? (await staffToken('operator'))
    const response = await app.inject({
      method,
      url,
      ...(payload === undefined ? {} : { payload: payload as object }),
      headers: { authorization: `Bearer ${token}`, 'idempotency-key': more.key ?? randomUUID() },
    })
    return { status: response.statusCode, body: response.json() } as unknown as {
      status: number
      // biome-ignore lint/suspicious/noExplicitAny: the answer of any route
      body: any
    }
  }

  const arrivedNow = (inverterId: number, words: Record<string, string>): Arrived[] =>
    Object.entries(words).map(([topic, text]) => ({
      inverterId,
      topic,
      payload: new TextEncoder().encode(text),
      at: clock.now(),
    }))
  const take = (batch: readonly Arrived[]) => transaction(database.db, tx => takeBatch(tx, batch, clock.rate()))
  /** Messages as if they had come from the broker now. */
  const arrive = (inverterId: number, words: Record<string, string>) => take(arrivedNow(inverterId, words))

  return {
    ...database,
    deps,
    clock,
    app,
    ask,
    arrive,
    arrivedNow,
    take,
    logger,
    /** A hybrid's words: battery and load in watts (battery + is discharging), charge in per cent. */
    hybridSays: (inverterId: number, said: { soc: number; batteryW: number; loadW: number; pvW?: number }) =>
      arrive(inverterId, {
        [`N/${portal}/system/0/Dc/Battery/Soc`]: JSON.stringify({ value: said.soc }),
        [`N/${portal}/system/0/Dc/Battery/Power`]: JSON.stringify({ value: -said.batteryW }),
        [`N/${portal}/system/0/Ac/Consumption/L1/Power`]: JSON.stringify({ value: said.loadW }),
        [`N/${portal}/system/0/Dc/Pv/Power`]: JSON.stringify({ value: said.pvW ?? 0 }),
      }),
    roofSays: (inverterId: number, watts: number) =>
      arrive(inverterId, { [`solar/${roofSerial}/0/power`]: watts.toFixed(1) }),
    addSite: async (more: object = {}): Promise<number> =>
      (await ask('POST', '/api/admin/sites', { ...newSite, ...more })).body.data.siteId,
    addRoof: async (siteId: number): Promise<number> =>
      (
        await ask('POST', `/api/admin/sites/${siteId}/inverters`, {
          vendor: 'opendtu',
          name: 'Roof',
          serial: roofSerial,
          ratedW: 2000,
        })
      ).body.data.inverterId,
    addHybrid: async (siteId: number, settings: object = {}): Promise<number> =>
      (
        await ask('POST', `/api/admin/sites/${siteId}/inverters`, {
          vendor: 'victron',
          name: 'Battery room',
          serial: portal,
          ratedW: 5000,
          settings,
        })
      ).body.data.inverterId,
    judge: () => judgeSites(deps, draws),
    presence: () => judgePresence(deps),
    close: (keptTo = clock.now) => closeDue({ ...deps, keptTo }),
    said: async (...types: EventType[]) =>
      (await heard(database.db)).filter(each => types.length === 0 || types.includes(each.type as EventType)),
    /** Applies an event as if it had just been heard. */
    hear: async <T extends EventType>(type: T, subject: number, data: EventData<T>, sequence?: number) => {
      const key = `${type.split('.')[0]}/${subject}`
      const next = sequence ?? (sequences.get(key) ?? 0) + 1
      sequences.set(key, Math.max(next, sequences.get(key) ?? 0))
      const event = { type, subject: String(subject), data, sequence: next, time: clock.now().toISOString() }
      await transaction(database.db, tx =>
        apply(consumers as Handlers<Database>, tx, [event as unknown as SaharyEvent<T>]),
      )
    },
    customer: (accountId: number) => tokenFor({ accountId }),
    count: async (table: string): Promise<number> => {
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(database.db)
      return rows[0]!.n
    },
    end: () => database.close(),
  }
}
export type Bench = Awaited<ReturnType<typeof solarBench>>
