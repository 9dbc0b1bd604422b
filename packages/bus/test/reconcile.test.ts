import { connect } from '@sahary/db/connect'
import { transaction } from '@sahary/db/transaction'
import { eventually } from '@sahary/testing/eventually'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emit } from '../src/emit.ts'
import { reconcile, sayAgain } from '../src/reconcile.ts'
import { type Bed, bed, effects, started } from './bed.ts'
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

test('what was said and never heard is found, and said again', async () => {
  const say = (vmId: number) =>
    transaction(db.compute.db, tx => emit(tx, 'vm.started', vmId, started(vmId), { at: new Date() }))
  await processes.speaker()
  await processes.hearer()
  for (const vmId of [1, 2, 3]) await say(vmId)
  await eventually(async () => expect(await effects(db.metering)).toBe(3))
  // One by one, so that the relay has long passed the first ones and reads from beyond them.
  for (let said = 4; said <= 8; said++) {
    await say(said)
    await eventually(async () => expect(await effects(db.metering)).toBe(said))
  }
  const admin = connect<unknown>(db.adminUrl, { service: 'admin' })
  // As if the durable had passed over the second: its effect and its inbox row were never there, and the stream
  // does not know its id any more.
  const { rows } = await sql<{ event_id: string }>`
    with gone as (delete from metering.effect where subject = '2' returning event_id)
    delete from metering.inbox using gone where inbox.event_id = gone.event_id returning inbox.event_id`.execute(
    admin.db,
  )
  await sql`update compute.outbox set event_id = gen_random_uuid() where event_id = ${rows[0]!.event_id}`.execute(
    admin.db,
  )
  const span = { from: new Date(Date.now() - 60_000), to: new Date(Date.now() + 1_000) }
  const missing = await reconcile(admin.db, ['compute', 'metering'], span)
  expect(missing).toMatchObject([
    { speaker: 'compute', hearer: 'metering', durable: 'metering--vm', type: 'vm.started' },
  ])
  expect(await sayAgain(admin.db, missing)).toBe(1)
  await eventually(async () => expect(await effects(db.metering)).toBe(8), { withinMs: 15_000 })
  expect(await reconcile(admin.db, ['compute', 'metering'], span)).toEqual([])
  await admin.close()
})
