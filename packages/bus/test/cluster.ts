import { transaction } from '@sahary/db/transaction'
import { eventually } from '@sahary/testing/eventually'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { startConsumers } from '../src/consumer.ts'
import { emit } from '../src/emit.ts'
import { openBus } from '../src/nats.ts'
import { startRelay } from '../src/relay.ts'
import { type Bed, book, logger, started } from './bed.ts'

/** Processes of a speaking and a hearing service, as many as a test wants, on one bed. */
export function cluster(urlOf: (service: 'compute' | 'metering') => string, db: Bed<'compute' | 'metering'>) {
  const stops: (() => Promise<unknown>)[] = []
  return {
    /** One process of the speaking service: its own bus and relay. */
    speaker: async () => {
      const bus = await openBus(urlOf('compute'), { service: 'compute', logger })
      const relay = startRelay({ ...db.compute, bus, service: 'compute', logger, batch: 50 })
      stops.push(bus.close, relay.stop)
      return relay
    },
    /** One process of the hearing service. */
    hearer: async (batch = 1) => {
      const bus = await openBus(urlOf('metering'), { service: 'metering', logger })
      const on = { 'vm.started': book, 'vm.stopped': book }
      const consumers = startConsumers({ db: db.metering.db, bus, service: 'metering', logger, batch, on })
      stops.push(bus.close, consumers.stop)
      return consumers
    },
    stop: async () => {
      for (const stop of stops.reverse()) await stop()
    },
  }
}

/** Emits about 20 things from several writers until told to stop; every third transaction takes longer, every tenth fails. */
export function writers({ compute }: Bed<'compute' | 'metering'>, count = 4) {
  let running = true
  let said = 0
  const write = async (): Promise<void> => {
    while (running) {
      const vmId = 1 + Math.floor(Math.random() * 20)
      const written = transaction(compute.db, async tx => {
        await emit(tx, 'vm.started', vmId, started(vmId), { at: new Date() })
        const dice = Math.random()
        if (dice < 0.3) await sql`select pg_sleep(${dice / 10})`.execute(tx)
        if (dice > 0.9) throw new Error('rolled back')
      })
      const counts = await written.then(
        () => 1,
        () => 0,
      )
      said += counts
    }
  }
  const all = Promise.all(Array.from({ length: count }, write))
  return {
    said: () => said,
    /** Resolves when `more` events have been said from now on. */
    more: async (more: number) => {
      const target = said + more
      await eventually(() => expect(said).toBeGreaterThan(target), { withinMs: 20_000 })
    },
    stop: async () => {
      running = false
      await all
      return said
    },
  }
}

/** Events of one thing that lie behind a later one in the stream, by the marks of the outbox. */
export async function streamInversions({ compute }: Bed<'compute' | 'metering'>): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from (
      select stream_seq < max(stream_seq) over (partition by subject order by sequence) as late from outbox) o where late
  `.execute(compute.db)
  return rows[0]!.n
}

/** Committed events of the speaking service. A writer whose commit was cut off cannot know; its table does. */
export async function saidBy({ compute }: Bed<'compute' | 'metering'>): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from outbox`.execute(compute.db)
  return rows[0]!.n
}
