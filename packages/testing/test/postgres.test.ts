import type { SpineTables } from '@sahary/db/spine'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../src/postgres.ts'
import { heard } from '../src/say.ts'

let one: TestDatabase<SpineTables>
let two: TestDatabase<SpineTables>

beforeAll(async () => {
  ;[one, two] = await Promise.all([testDatabase('metering'), testDatabase('metering')])
})
afterAll(async () => {
  await Promise.all([one.close(), two.close()])
})

test('a test file sees its database as the runtime role of the service', async () => {
  const { rows } = await one.pool.query('select current_user, current_schema() as schema')
  expect(rows).toEqual([{ current_user: 'metering', schema: 'metering' }])
})

test('two test files never share a row', async () => {
  await one.pool.query("insert into heard_sequence values ('vm', '1', 1)")
  const { rows } = await two.pool.query('select count(*)::int as n from heard_sequence')
  expect(rows).toEqual([{ n: 0 }])
})

test('an empty outbox has been heard saying nothing', async () => {
  expect(await heard(one.db)).toEqual([])
})

test('the runtime role may not take back an audit row', async () => {
  await expect(one.pool.query('delete from audit')).rejects.toThrow(/permission denied/)
})
