import { jetstreamManager } from '@nats-io/jetstream'
import { transaction } from '@sahary/db/transaction'
import { eventually } from '@sahary/testing/eventually'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { emit } from '../src/emit.ts'
import { type Bed, bed, effects, started, wrongBalances } from './bed.ts'
import { cluster, streamInversions, writers } from './cluster.ts'

let nats: TestNats
let db: Bed<'compute' | 'metering'>
let processes: ReturnType<typeof cluster>

beforeEach(async () => {
  ;[nats, db] = await Promise.all([testNats(), bed('compute', 'metering')])
  processes = cluster(nats.urlOf, db)
})
afterEach(async () => {
  await processes.stop()
  await Promise.all([db.close(), nats.stop()])
})

/** Everything said has exactly one effect. */
async function allApplied(said: number, withinMs = 30_000): Promise<void> {
  await eventually(async () => expect(await effects(db.metering)).toBe(said), { withinMs, everyMs: 100 })
  expect(await wrongBalances(db.metering)).toEqual([])
}

test('two relays race: one leads, nothing is lost and nothing overtakes', { timeout: 90_000 }, async () => {
  const first = await processes.speaker()
  await processes.speaker()
  await processes.speaker()
  await processes.hearer()
  const load = writers(db, 6)
  await load.more(200)
  await first.stop()
  await load.more(200)
  await allApplied(await load.stop())
  expect(await streamInversions(db)).toBe(0)
})

test('NATS is killed again and again under load: nothing is lost or applied twice', { timeout: 90_000 }, async () => {
  await processes.speaker()
  await processes.hearer()
  const load = writers(db)
  for (let kill = 0; kill < 2; kill++) {
    await load.more(150)
    await nats.kill()
    await load.more(50)
    await nats.restart()
  }
  await allApplied(await load.stop(), 45_000)
  expect(await streamInversions(db)).toBe(0)
})

test('NATS loses its whole store: streams are made again from the outboxes', { timeout: 90_000 }, async () => {
  await processes.speaker()
  await processes.hearer(20)
  const load = writers(db)
  await load.more(200)
  await nats.wipe()
  await load.more(200)
  const said = await load.stop()
  await allApplied(said)
  const jsm = await jetstreamManager(await nats.admin())
  expect((await jsm.streams.info('COMPUTE')).state.messages).toBeGreaterThanOrEqual(said)
})

test('a consumer that is deleted under its feet is made again', { timeout: 60_000 }, async () => {
  await processes.speaker()
  await processes.hearer()
  const load = writers(db, 2)
  await load.more(50)
  const jsm = await jetstreamManager(await nats.admin())
  await jsm.consumers.delete('COMPUTE', 'metering--vm')
  await load.more(50)
  await allApplied(await load.stop(), 20_000)
})

test('two replicas share the work, and what one that stops had taken is applied by the other', {
  timeout: 120_000,
}, async () => {
  await processes.speaker()
  const first = await processes.hearer()
  await processes.hearer()
  const load = writers(db)
  await load.more(200)
  await first.stop()
  // Long before the ack_wait of 30 s, after which what nobody has answered comes again.
  await allApplied(await load.stop(), 15_000)
})

test('a relay that starts before NATS waits for it, and the outbox keeps what is said', async () => {
  await nats.kill()
  await processes.speaker()
  await processes.hearer()
  await transaction(db.compute.db, tx => emit(tx, 'vm.started', 1, started(1), { at: new Date() }))
  const kept = await db.compute.db.selectFrom('outbox').select('published_at').execute()
  expect(kept).toEqual([{ published_at: null }])
  await nats.restart()
  await allApplied(1, 15_000)
})
