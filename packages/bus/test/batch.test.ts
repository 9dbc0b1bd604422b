import type { SaharyEvent } from '@sahary/contracts/events'
import { Refusal } from '@sahary/contracts/refusal'
import type { Tx } from '@sahary/db/connect'
import { transaction } from '@sahary/db/transaction'
import { eventually } from '@sahary/testing/eventually'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startConsumers } from '../src/consumer.ts'
import { emitAll } from '../src/emit.ts'
import { openBus } from '../src/nats.ts'
import { listParked } from '../src/parked.ts'
import { type Bed, bed, book, type Database, effects, logger, started, wrongBalances } from './bed.ts'
import { cluster } from './cluster.ts'

let nats: TestNats
let db: Bed<'compute' | 'metering'>
let processes: ReturnType<typeof cluster>

beforeAll(async () => {
  ;[nats, db] = await Promise.all([testNats(), bed('compute', 'metering')])
  processes = cluster(nats.urlOf, db)
})
afterAll(async () => {
  await processes.stop()
  await Promise.all([db.close(), nats.stop()])
})

test('events share a transaction, and a bad one among them spoils it for itself alone', async () => {
  await processes.speaker()
  const ids = Array.from({ length: 100 }, (_, n) => n + 1)
  await transaction(db.compute.db, tx =>
    emitAll(
      tx,
      ids.map(vmId => ({ type: 'vm.started', subjectId: vmId, data: started(vmId), at: new Date() })),
    ),
  )
  await eventually(async () => {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from outbox where published_at is null`.execute(
      db.compute.db,
    )
    expect(rows).toEqual([{ n: 0 }])
  })
  const bus = await openBus(nats.urlOf('metering'), { service: 'metering', logger })
  const consumers = startConsumers({
    db: db.metering.db,
    bus,
    service: 'metering',
    logger,
    lanes: 2,
    batch: 20,
    on: {
      'vm.started': async (tx, event) => {
        if (event.subject === '50') throw new Refusal('not_found')
        await book(tx, event)
      },
    },
  })
  await eventually(async () => expect(await effects(db.metering)).toBe(99))
  expect(await wrongBalances(db.metering)).toEqual([])
  expect((await listParked(db.metering.db)).map(each => each.subject)).toEqual(['50'])
  const { rows } = await sql<{ n: number }>`select count(distinct xmin::text)::int as n from effect`.execute(
    db.metering.db,
  )
  expect(rows[0]!.n).toBeLessThan(60)
  await consumers.stop()
  await bus.close()
})

test('a handler that takes many gets a run of its type in order, once each, and one that fails is taken alone', async () => {
  await processes.speaker()
  const first = 1_000
  const sayings = Array.from({ length: 60 }, (_, n) => {
    const vmId = first + (n % 3)
    return { type: 'vm.started' as const, subjectId: vmId, data: started(vmId), at: new Date() }
  })
  await transaction(db.compute.db, tx => emitAll(tx, sayings))
  const bus = await openBus(nats.urlOf('metering'), { service: 'metering', logger })
  const sizes: number[] = []
  let failed = 0
  const many = async (tx: Tx<Database>, all: readonly SaharyEvent<'vm.started'>[]) => {
    const ours = all.filter(({ data }) => data.vmId >= first)
    if (ours.length > 1 && failed++ === 0) throw new Error('too much at once')
    sizes.push(ours.length)
    for (const event of ours) await book(tx, event)
  }
  const options = { db: db.metering.db, bus, service: 'metering', logger, lanes: 1, batch: 20 } as const
  const consumers = startConsumers({ ...options, on: { 'vm.started': { many } } })
  const ours = async () =>
    db.metering.db
      .selectFrom('effect')
      .select(['subject', 'sequence'])
      .where('subject', 'like', '100_')
      .orderBy('id')
      .execute()
  await eventually(async () => expect(await ours()).toHaveLength(60))
  expect(await wrongBalances(db.metering)).toEqual([])
  for (const subject of ['1000', '1001', '1002'])
    expect((await ours()).filter(row => row.subject === subject).map(row => Number(row.sequence))).toEqual(
      Array.from({ length: 20 }, (_, n) => n + 1),
    )
  expect(failed).toBeGreaterThan(0)
  expect(Math.max(...sizes)).toBeGreaterThan(1)
  await consumers.stop()
  await bus.close()
})
