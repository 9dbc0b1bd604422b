import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { SaharyEvent } from '@sahary/contracts/events'
import { Refusal } from '@sahary/contracts/refusal'
import type { Tx } from '@sahary/db/connect'
import type { SpineTables } from '@sahary/db/spine'
import { transaction } from '@sahary/db/transaction'
import { currentTraceparent, startTracing, withTraceparent } from '@sahary/observability/tracing'
import { eventually } from '@sahary/testing/eventually'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { eventOf, say, sayAgain } from '@sahary/testing/say'
import { type Kysely, sql } from 'kysely'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startConsumers } from '../src/consumer.ts'
import { emit, emitAll } from '../src/emit.ts'
import { openBus } from '../src/nats.ts'
import { parkedCommand } from '../src/operator.ts'
import { listParked, replayParked } from '../src/parked.ts'
import { startRelay } from '../src/relay.ts'
import { isNewest } from '../src/sequence.ts'
import { type Bed, bed, book, type Database, logger, measured, started } from './bed.ts'

type Behaviour = (tx: Tx<Database>, event: SaharyEvent) => Promise<void>

let nats: TestNats
let db: Bed<'compute' | 'metering'>
/** What the hearing service does about a thing, where it is not simply booked. */
const behaviours = new Map<string, Behaviour>()
const stops: (() => Promise<unknown>)[] = []
const at = new Date('2026-11-20T10:00:00.000Z')

const hear: Behaviour = (tx, event) => (behaviours.get(event.subject) ?? book)(tx, event)
const emitStarted = (vmId: number) =>
  transaction(db.compute.db, tx => emit(tx, 'vm.started', vmId, started(vmId), { at }))
const booked = async (vmId: number) =>
  db.metering.db.selectFrom('effect').selectAll().where('subject', '=', String(vmId)).orderBy('id').execute()

beforeAll(async () => {
  startTracing('test')
  ;[nats, db] = await Promise.all([testNats(), bed('compute', 'metering')])
  const compute = await openBus(nats.urlOf('compute'), { service: 'compute', logger })
  const metering = await openBus(nats.urlOf('metering'), { service: 'metering', logger })
  const relay = startRelay({ ...db.compute, bus: compute, service: 'compute', logger })
  const consumers = startConsumers({
    db: db.metering.db,
    bus: metering,
    service: 'metering',
    logger,
    delaysS: [0.01],
    on: { 'vm.started': hear, 'vm.stopped': hear },
  })
  stops.push(relay.stop, consumers.stop, compute.close, metering.close)
})
afterAll(async () => {
  for (const stop of stops) await stop()
  await Promise.all([db.close(), nats.stop()])
})

test('what is emitted in a transaction has its effect in the hearing service', async () => {
  await emitStarted(1)
  await eventually(async () => expect(await booked(1)).toHaveLength(1))
})

test('an event that is delivered three times has one effect', async () => {
  const event = eventOf({ nats, id: v7() }, 'vm.started', 2, started(2))
  await Promise.all([sayAgain(nats, event), sayAgain(nats, event), sayAgain(nats, event)])
  await say(nats, 'vm.started', 3, started(3))
  await eventually(async () => expect(await inboxOf(event.id)).toBe(1))
  const before = await measured('inbox_duplicates_total', 'vm')
  await sayAgain(nats, event)
  const last = await say(nats, 'vm.started', 2, started(2))
  await eventually(async () => expect((await booked(2)).at(-1)?.event_id).toBe(last.id))
  expect(await booked(2)).toHaveLength(2)
  expect(await measured('inbox_duplicates_total', 'vm')).toBeGreaterThan(before)
})

test('an event that the inbox has is passed over, asked first or not, and what comes between is applied', async () => {
  const event = await say(nats, 'vm.started', 17, started(17))
  await eventually(async () => expect(await booked(17)).toHaveLength(1))
  for (let round = 0; round < 3; round++) {
    await sayAgain(nats, event)
    await emitStarted(18)
  }
  await eventually(async () => expect(await booked(18)).toHaveLength(3))
  const last = await say(nats, 'vm.started', 17, started(17))
  await eventually(async () => expect((await booked(17)).at(-1)?.event_id).toBe(last.id))
  expect(await booked(17)).toHaveLength(2)
})

test('an event whose id says nothing about its day has one effect too', async () => {
  const event = await say(nats, 'vm.started', 4, started(4))
  await sayAgain(nats, event)
  const last = await say(nats, 'vm.started', 4, started(4))
  await eventually(async () => expect((await booked(4)).at(-1)?.event_id).toBe(last.id))
  expect(await booked(4)).toHaveLength(2)
})

test('a transaction that is rolled back has said nothing', async () => {
  const refused = transaction(db.compute.db, async tx => {
    await emit(tx, 'vm.started', 5, started(5), { at })
    throw new Error('changed my mind')
  })
  await expect(refused).rejects.toThrow('changed my mind')
  await emitStarted(5)
  await eventually(async () => expect((await booked(5)).map(row => row.sequence)).toEqual([1n]))
})

test('emit takes a transaction and nothing else', async () => {
  const outside = async () => {
    // @ts-expect-error a connection is not a transaction
    await emit(db.compute.db, 'vm.started', 6, started(6), { at })
    await transaction(db.compute.db, async tx => {
      // @ts-expect-error data of another event
      await emit(tx, 'vm.started', 6, { vmId: 6 }, { at })
      // @ts-expect-error nobody says that
      await emit(tx, 'vm.exploded', 6, started(6), { at })
    })
  }
  expect(outside).toBeTypeOf('function')
})

test('data that the contract refuses is not said', async () => {
  await expect(
    transaction(db.compute.db, tx => emit(tx, 'vm.started', 6, { ...started(6), vmId: -1 }, { at })),
  ).rejects.toThrow()
  expect(await db.compute.db.selectFrom('outbox').select('id').where('subject', '=', '6').execute()).toEqual([])
})

test('text that PostgreSQL cannot store is not said, and text that only looks so is', async () => {
  const named = (name: string) =>
    transaction(db.compute.db, tx => emit(tx, 'vm.started', 41, { ...started(41), name }, { at }))
  for (const name of ['a\0b', '\ud800', '\\\udfff']) await expect(named(name)).rejects.toThrow('half a character')
  for (const name of ['\\u0000', 'سحابة 🌞 \\\\ud83d']) await named(name)
  await eventually(async () => expect(await booked(41)).toHaveLength(2))
  const { rows } = await sql<{ name: string }>`
    select data->>'name' as name from outbox where subject = '41' order by id`.execute(db.compute.db)
  expect(rows.map(row => row.name)).toEqual(['\\u0000', 'سحابة 🌞 \\\\ud83d'])
})

test('many events said at once keep their order per thing', async () => {
  const ids = [7, 8, 7, 7, 8]
  await transaction(db.compute.db, tx =>
    emitAll(
      tx,
      ids.map(vmId => ({ type: 'vm.started', subjectId: vmId, data: started(vmId), at })),
    ),
  )
  await emitStarted(7)
  await eventually(async () => expect((await booked(7)).map(row => row.sequence)).toEqual([1n, 2n, 3n, 4n]))
  await eventually(async () => expect((await booked(8)).map(row => row.sequence)).toEqual([1n, 2n]))
})

test('the trace goes on behind the outbox', async () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  let seen: string | undefined
  behaviours.set('9', async () => {
    seen = currentTraceparent()
  })
  await withTraceparent(`00-${traceId}-00f067aa0ba902b7-01`, () => emitStarted(9))
  await eventually(() => expect(seen).toContain(traceId))
})

test('a refused event is parked with its reason, listed, and replayed when the cause is gone', async () => {
  const before = await measured('dead_letter_total', 'vm')
  behaviours.set('10', async () => {
    throw new Refusal('not_found')
  })
  await emitStarted(10)
  const parked = await eventually(async () => {
    const found = (await listParked(db.metering.db)).find(each => each.subject === '10')
    expect(found).toBeDefined()
    return found!
  })
  expect(parked).toMatchObject({
    type: 'vm.started',
    reason: 'refused: not_found',
    attempts: 1,
    durable: 'metering--vm',
  })
  await eventually(async () => expect(await measured('dead_letter_total', 'vm')).toBe(before + 1))
  const spine = db.metering.db as unknown as Kysely<SpineTables>
  expect((await parkedCommand(spine, ['list'])).join()).toContain('vm.started of 10  1 attempts  refused: not_found')
  expect((await parkedCommand(spine, ['replay', String(parked.id)])).join()).toContain('1 asked for')
  await expect(parkedCommand(spine, ['delete'])).rejects.toThrow('usage')
  await eventually(async () =>
    expect((await listParked(db.metering.db)).find(each => each.id === parked.id)?.attempts).toBe(2),
  )
  behaviours.delete('10')
  await replayParked(db.metering.db, parked.id)
  await eventually(async () => expect(await booked(10)).toHaveLength(1))
  expect((await listParked(db.metering.db)).filter(each => each.id === parked.id)).toEqual([])
  expect(await replayParked(db.metering.db, parked.id)).toBe(0)
})

test('an event that fails is tried again, and parked after eight attempts', async () => {
  let attempts = 0
  behaviours.set('11', async (tx, event) => {
    attempts += 1
    if (attempts < 4) throw new Error('not yet')
    await book(tx, event)
  })
  await emitStarted(11)
  await eventually(async () => expect(await booked(11)).toHaveLength(1))
  behaviours.set('12', async () => {
    throw new Error('never')
  })
  await emitStarted(12)
  const parked = await eventually(async () => {
    const found = (await listParked(db.metering.db)).find(each => each.subject === '12')
    expect(found).toBeDefined()
    return found!
  })
  expect(parked).toMatchObject({ attempts: 8, reason: 'failed: never' })
  expect(await booked(12)).toEqual([])
})

test('what a failed handler wrote is gone', async () => {
  let failed = false
  behaviours.set('13', async (tx, event) => {
    await book(tx, event)
    if (!failed) {
      failed = true
      throw new Error('after the effect')
    }
  })
  await emitStarted(13)
  await eventually(async () => expect(await booked(13)).toHaveLength(1))
  expect(failed).toBe(true)
})

test('a message that cannot be read is parked, and one of an unknown type is passed over', async () => {
  const nc = await nats.admin()
  nc.publish('vm.started', 'not json at all')
  nc.publish('vm.started', JSON.stringify({ specversion: '1.0' }))
  nc.publish('vm.exploded', JSON.stringify({ ...eventOf(nats, 'vm.started', 14, started(14)), type: 'vm.exploded' }))
  nc.publish('vm.started', JSON.stringify({ ...eventOf(nats, 'vm.started', 14, started(14)), data: { vmId: 'x' } }))
  await emitStarted(14)
  await eventually(async () => expect(await booked(14)).toHaveLength(1))
  const reasons = await eventually(async () => {
    const found = (await listParked(db.metering.db)).map(each => each.reason).filter(reason => reason.startsWith('not'))
    expect(found).toHaveLength(3)
    return found.sort()
  })
  expect(reasons).toEqual(['not JSON', 'not an event', 'not the data of its type'])
})

test('an operator lists what is parked and asks for it again by a program', { timeout: 90_000 }, async () => {
  const nc = await nats.admin()
  nc.publish('vm.started', 'nothing that could be read')
  await eventually(async () =>
    expect((await listParked(db.metering.db)).map(({ payload }) => payload)).toContain('nothing that could be read'),
  )
  const program = (...args: string[]) =>
    promisify(execFile)(process.execPath, [join(import.meta.dirname, '../bin/parked.ts'), ...args], {
      env: { DATABASE_URL: db.metering.url },
    })
  const { stdout } = await program('list', 'metering')
  const [id] = /^\d+(?=.* metering--vm {2}\? of \? {2}1 attempts {2}not JSON$)/m.exec(stdout)!
  expect((await program('replay', 'metering', id)).stdout).toMatch(/^1 asked for again/)
  await expect(program('list')).rejects.toMatchObject({ code: 2, stderr: expect.stringMatching(/^usage/) })
})

test('a handler that applies by sequence ignores what is older', async () => {
  const applied: number[] = []
  behaviours.set('15', async (tx, event) => {
    if (await isNewest(tx, event)) applied.push(event.sequence)
  })
  for (const sequence of [1, 3, 2, 4]) await say({ nats, sequence, id: v7() }, 'vm.started', 15, started(15))
  await eventually(() => expect(applied).toEqual([1, 3, 4]))
})

test('two transactions that speak of one thing wait for each other', async () => {
  await Promise.all(Array.from({ length: 20 }, () => emitStarted(16)))
  const { rows } = await sql<{ sequence: bigint }>`
    select sequence from compute.outbox where subject = '16' order by id`.execute(db.compute.db)
  expect(rows.map(row => Number(row.sequence))).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
})

async function inboxOf(id: string): Promise<number> {
  return (await db.metering.db.selectFrom('inbox').select('event_id').where('event_id', '=', id).execute()).length
}
