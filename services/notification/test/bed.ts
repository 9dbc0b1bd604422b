import { startConsumers } from '@sahary/bus/consumer'
import { type Bus, openBus } from '@sahary/bus/nats'
import { startRelay } from '@sahary/bus/relay'
import { fixedClock } from '@sahary/clock/clock'
import type { EventData } from '@sahary/contracts/events'
import type { PowerLevel, SupplyClass } from '@sahary/contracts/ladder'
import type { Server } from '@sahary/http/server'
import { createLogger } from '@sahary/observability/log'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { type TestDatabase, testDatabase } from '@sahary/testing/postgres'
import { bearer, testVerifier } from '@sahary/testing/principal'
import { type Heard, heard } from '@sahary/testing/say'
import { consumers, createApp, type Database } from '../src/app.ts'

export type Told = {
  id: number
  kind: string
  title: string
  body: string
  severity: string
  accountId: number | null
  link: { type: string; id: number } | null
  at: string
  readAt: string | null
}
export type Bed = {
  app: Server
  nats: TestNats
  bus: Bus
  database: TestDatabase<Database>
  said: () => Promise<Heard[]>
  /** Somebody's feed, oldest first. */
  feed: (userId: number, query?: string) => Promise<Told[]>
  close: () => Promise<void>
}

/** Notification on a database and a bus of its own, listening. */
export async function openBed(): Promise<Bed> {
  const [database, nats] = await Promise.all([testDatabase<Database>('notification'), testNats()])
  const logger = createLogger({ service: 'notification', level: process.env.TEST_LOG ?? 'silent' })
  const { db, pool } = database
  const bus = await openBus(nats.urlOf('notification'), { service: 'notification', logger })
  const listening = startConsumers({ db, bus, service: 'notification', logger, on: consumers })
  const relay = startRelay({ db, pool, bus, service: 'notification', logger })
  const app = createApp({ db, logger, clock: fixedClock('2026-11-20T12:00:00Z'), verify: testVerifier() })
  return {
    app,
    nats,
    bus,
    database,
    said: () => heard(db),
    feed: async (userId, query = 'limit=100') => {
      const headers = await bearer({ userId })
      const answer = await app.inject({ method: 'GET', url: `/api/customer/notifications?${query}`, headers })
      return (answer.json().data as Told[]).reverse()
    },
    close: async () => {
      await listening.stop()
      await relay.stop()
      await bus.close()
      await app.close()
      await database.close()
      await nats.stop()
    },
  }
}

export const customer = (userId: number, locale: 'ar' | 'en' = 'en'): EventData<'user.registered'> => ({
  userId,
  name: `Person ${userId}`,
  email: `person${userId}@example.com`,
  mobile: null,
  locale,
  roles: [],
})
export const staff = (userId: number, ...roles: string[]) => ({ ...customer(userId), roles })
export const account = (accountId: number, ownerUserId: number): EventData<'account.created'> => ({
  accountId,
  ownerUserId,
  name: `Account ${accountId}`,
  locale: 'en',
})
export const vm = (
  vmId: number,
  accountId: number,
  more: Partial<EventData<'vm.started'>> = {},
  supplyClass: SupplyClass = 'solar_only',
) => ({
  vmId,
  accountId,
  siteId: 1,
  hostId: 3,
  name: `web-${vmId}`,
  reason: 'user' as const,
  spec: { vmType: 's-1', supplyClass, vcpus: 1, memoryMib: 512, diskGib: 10 },
  ...more,
})
export const step = (
  from: PowerLevel,
  level: PowerLevel,
  noticeEndsAt: string | null = null,
  siteId = 1,
): EventData<'power.level_changed'> => ({
  siteId,
  from,
  level,
  noticeEndsAt,
  chargePercent: 28.5,
  runtimeMin: 80,
  cause: 'charge',
})
export const invoice = (invoiceId: number, accountId: number) => ({
  invoiceId,
  accountId,
  number: 'INV-2026-000012',
  period: { from: '2026-10-31T22:00:00.000Z', to: '2026-11-30T22:00:00.000Z' },
  currency: 'EGP',
  netMinor: 12345,
  vatMinor: 1728,
  totalMinor: 14073,
})
