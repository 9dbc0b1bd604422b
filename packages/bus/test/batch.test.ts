import { Refusal } from '@sahary/contracts/refusal'
import { transaction } from '@sahary/db/transaction'
import { eventually } from '@sahary/testing/eventually'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startConsumers } from '../src/consumer.ts'
import { emitAll } from '../src/emit.ts'
import { openBus } from '../src/nats.ts'
import { listParked } from '../src/parked.ts'
import { type Bed, bed, book, effects, logger, started, wrongBalances } from './bed.ts'
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
