import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import { serviceNames, services, streamOf } from '@sahary/contracts/services'
import { transaction } from '@sahary/db/transaction'
import { eventually } from '@sahary/testing/eventually'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureStreams } from '../src/admin.ts'
import { startConsumers } from '../src/consumer.ts'
import { emitAll } from '../src/emit.ts'
import { openBus } from '../src/nats.ts'
import { startRelay } from '../src/relay.ts'
import { type Bed, bed, book, effects, logger, measured, started, wrongBalances } from './bed.ts'

const days = 86_400 * 1e9
const speakers = serviceNames.filter(service => services[service].says.length > 0)

let nats: TestNats
let jsm: JetStreamManager
let db: Bed<'compute' | 'metering'>
const stops: (() => Promise<unknown>)[] = []

beforeEach(async () => {
  ;[nats, db] = await Promise.all([testNats(), bed('compute', 'metering')])
  jsm = await jetstreamManager(await nats.admin())
})
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
  await Promise.all([db.close(), nats.stop()])
})

test('a stream keeps a week on the disk, has a size, refuses when it is full, and nobody can take from it', async () => {
  expect(speakers.length).toBeGreaterThan(5)
  for (const service of speakers) {
    const { config } = await jsm.streams.info(streamOf(service))
    expect(config, service).toMatchObject({
      ...{ retention: 'limits', storage: 'file', discard: 'new', max_age: 7 * days, max_bytes: 512 * 2 ** 20 },
      ...{ max_msg_size: 128 * 1024, duplicate_window: 300 * 1e9, deny_delete: true, deny_purge: true },
    })
    await expect(jsm.streams.purge(streamOf(service))).rejects.toThrow('not permitted')
    await expect(jsm.streams.deleteMessage(streamOf(service), 1)).rejects.toThrow('not permitted')
  }
})

test('what a full stream refuses stays in the outbox, and arrives when there is room', {
  timeout: 90_000,
}, async () => {
  const said = 400
  await ensureStreams(await nats.admin(), { maxBytes: 64 * 1024 })
  const compute = await openBus(nats.urlOf('compute'), { service: 'compute', logger })
  stops.push(compute.close, startRelay({ ...db.compute, bus: compute, service: 'compute', logger }).stop)
  const things = Array.from({ length: said }, (_, n) => ({ type: 'vm.started' as const, subjectId: n + 1 }))
  const at = new Date()
  await transaction(db.compute.db, tx =>
    emitAll(
      tx,
      things.map(thing => ({ ...thing, data: started(thing.subjectId), at })),
    ),
  )
  await eventually(async () => expect(await measured('outbox_oldest_unpublished_seconds')).toBeGreaterThan(1), {
    withinMs: 30_000,
  })
  const full = (await jsm.streams.info('COMPUTE')).state
  expect(full.first_seq).toBe(1)
  expect(full.messages).toBeGreaterThan(0)
  expect(await waitingIn(db)).toBe(said - full.messages)
  await ensureStreams(await nats.admin(), { maxBytes: 2 ** 20 })
  await eventually(async () => expect(await waitingIn(db)).toBe(0), { withinMs: 30_000 })
  await hearAll(said)
  await eventually(async () => expect(await measured('outbox_oldest_unpublished_seconds')).toBe(0))
})

/** Hears everything said, after a while in which it is not ready for it. */
async function hearAll(said: number): Promise<void> {
  let begin = () => {}
  const held = new Promise<void>(resolve => {
    begin = resolve
  })
  const metering = await openBus(nats.urlOf('metering'), { service: 'metering', logger })
  const { stop } = startConsumers({
    ...{ db: db.metering.db, bus: metering, service: 'metering', logger },
    on: { 'vm.started': async (tx, event) => held.then(() => book(tx, event)) },
  })
  stops.push(metering.close, stop)
  await eventually(async () => expect(await measured('consumer_lag_messages', 'vm')).toBeGreaterThan(0))
  begin()
  await eventually(async () => expect(await effects(db.metering)).toBe(said), { withinMs: 30_000 })
  expect(await wrongBalances(db.metering)).toEqual([])
  await eventually(async () => expect(await measured('consumer_lag_messages', 'vm')).toBe(0))
}

const waitingIn = async ({ compute }: Bed<'compute' | 'metering'>): Promise<number> =>
  (await compute.db.selectFrom('outbox').select('id').where('published_at', 'is', null).execute()).length
