import { transaction } from '@sahary/db/transaction'
import { eventually } from '@sahary/testing/eventually'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { emit } from '../src/emit.ts'
import { type Bed, bedOn, effects, started, wrongBalances } from './bed.ts'
import { cluster, saidBy, writers } from './cluster.ts'
import { type OwnPostgres, ownPostgres } from './postgres.ts'

let postgres: OwnPostgres
let nats: TestNats
let db: Bed<'compute' | 'metering'>
let processes: ReturnType<typeof cluster>

beforeAll(async () => {
  ;[postgres, nats] = await Promise.all([ownPostgres(), testNats()])
})
afterAll(async () => {
  await Promise.all([postgres.stop(), nats.stop()])
})
beforeEach(async () => {
  db = await bedOn(postgres.url, 'compute', 'metering')
  processes = cluster(nats.urlOf, db)
})
afterEach(async () => {
  await processes.stop()
  await db.close()
})

const say = (vmId: number) =>
  transaction(db.compute.db, tx => emit(tx, 'vm.started', vmId, started(vmId), { at: new Date() }))

async function allApplied(withinMs = 30_000): Promise<void> {
  await eventually(async () => expect(await effects(db.metering)).toBe(await saidBy(db)), { withinMs, everyMs: 100 })
  expect(await wrongBalances(db.metering)).toEqual([])
}

/** How long something takes, whether it succeeds or not. */
async function tookMs(work: Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work.catch(() => {})
  return performance.now() - start
}

test('PostgreSQL is killed and recovers under load: nothing is lost or applied twice', {
  timeout: 90_000,
}, async () => {
  await processes.speaker()
  await processes.hearer()
  const load = writers(db)
  await load.more(100)
  await postgres.kill()
  await postgres.restart()
  await load.more(100)
  await load.stop()
  await allApplied(45_000)
})

test('what was answered for is there after a crash of PostgreSQL, though many share one way to the disk', {
  timeout: 90_000,
}, async () => {
  const answered: string[] = []
  let next = 0
  let down = false
  const load = Array.from({ length: 48 }, async () => {
    while (!down) {
      const vmId = ++next
      await say(vmId).then(
        () => answered.push(String(vmId)),
        () => {},
      )
    }
  })
  await eventually(() => expect(answered.length).toBeGreaterThan(300))
  await postgres.crash()
  down = true
  await Promise.all(load)
  await postgres.restart()
  const { rows } = await sql<{ subject: string }>`select subject from outbox`.execute(db.compute.db)
  const kept = new Set(rows.map(row => row.subject))
  expect(answered.filter(subject => !kept.has(subject))).toEqual([])
})

test('a PostgreSQL that does not answer is an error within seconds, and all goes on when it answers again', {
  timeout: 90_000,
}, async () => {
  await processes.speaker()
  await processes.hearer()
  await say(1)
  await allApplied()
  postgres.pause()
  try {
    expect(await tookMs(say(2))).toBeLessThan(10_000)
    expect(await tookMs(sql`select 1`.execute(db.metering.db))).toBeLessThan(10_000)
  } finally {
    postgres.resume()
  }
  await say(3)
  await allApplied()
})

test('a transaction that was cut off half-way is never finished by whoever comes next', {
  timeout: 60_000,
}, async () => {
  const half = transaction(db.compute.db, async tx => {
    await emit(tx, 'vm.started', 1, started(1), { at: new Date() })
    postgres.pause()
    await emit(tx, 'vm.started', 1, started(1), { at: new Date() })
  })
  await expect(half).rejects.toThrow()
  postgres.resume()
  await Promise.all(Array.from({ length: 12 }, (_, n) => say(100 + n)))
  expect(await saidBy(db)).toBe(12)
})

test('while PostgreSQL does not answer, everything can be stopped within seconds', { timeout: 60_000 }, async () => {
  const speaker = await processes.speaker()
  const hearer = await processes.hearer()
  await say(1)
  await allApplied()
  postgres.pause()
  try {
    expect(await tookMs(Promise.all([speaker.stop(), hearer.stop()]))).toBeLessThan(12_000)
    expect(await tookMs(db.compute.close())).toBeLessThan(5_000)
  } finally {
    postgres.resume()
  }
})

test('while NATS does not answer, emitting is as quick as ever; it catches up afterwards', {
  timeout: 60_000,
}, async () => {
  await processes.speaker()
  await processes.hearer()
  await say(1)
  await allApplied()
  await nats.pause()
  try {
    expect(await tookMs(Promise.all([say(1), say(2), say(3)]))).toBeLessThan(1_000)
  } finally {
    await nats.resume()
  }
  await allApplied()
})

test('while NATS does not answer, everything can be stopped within seconds', { timeout: 60_000 }, async () => {
  const speaker = await processes.speaker()
  const hearer = await processes.hearer()
  await say(1)
  await allApplied()
  await nats.pause()
  try {
    expect(await tookMs(Promise.all([speaker.stop(), hearer.stop()]))).toBeLessThan(12_000)
  } finally {
    await nats.resume()
  }
})
