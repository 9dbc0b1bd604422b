import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { connect } from '../src/connect.ts'
import { isUnavailable } from '../src/fault.ts'
import { statement } from '../src/prepared.ts'
import { afterCommit, atCommit, transaction, withBegin, withCommit } from '../src/transaction.ts'
import { messageOf } from '../src/wire.ts'
import { asAdmin, bed, type Database } from './bed.ts'

let db: Awaited<ReturnType<typeof bed>>
beforeAll(async () => {
  db = await bed()
})
afterAll(() => db.close())
beforeEach(() => sql`delete from counter`.execute(db.db))

/** A transaction that is one message. */
const put = (name: string, value = 1n, on = db.db) =>
  transaction(on, tx => atCommit(tx, tx.insertInto('counter').values({ name, value })))
const names = async () =>
  (await db.db.selectFrom('counter').select('name').orderBy('name').execute()).map(row => row.name)
const numbered = (count: number) => Array.from({ length: count }, (_, n) => `n${String(n).padStart(3, '0')}`)

test('transactions that are sent together are each of their own', async () => {
  const sent = numbered(200)
  await Promise.all(sent.map(name => put(name)))
  expect(await names()).toEqual(sent)
  const { rows } = await sql<{ n: number }>`select count(distinct xmin::text)::int as n from counter`.execute(db.db)
  expect(rows[0]!.n).toBe(200)
})

test('many of them need few connections', async () => {
  const small = connect<Database>(db.url, { service: 'metering', max: 2 })
  await Promise.all(numbered(200).map(name => put(name, 1n, small.db)))
  expect(small.pool.totalCount).toBeLessThanOrEqual(2)
  await small.close()
})

test('those that fail have their own errors, and take nobody with them', async () => {
  await put('n050')
  await put('n051')
  const results = await Promise.allSettled(numbered(100).map(name => put(name)))
  const failed = results.flatMap((result, n) => (result.status === 'rejected' ? [[n, result.reason.code]] : []))
  expect(failed).toEqual([
    [50, '23505'],
    [51, '23505'],
  ])
  expect(await names()).toEqual(numbered(100))
})

test('one that waits for a lock holds nobody up, and is done when the lock is free', async () => {
  await put('held')
  const add = (name: string) =>
    transaction(db.db, tx => atCommit(tx, tx.updateTable('counter').set({ value: 2n }).where('name', '=', name)))
  let waiting: Promise<unknown> = Promise.resolve()
  await transaction(db.db, async tx => {
    await sql`select from counter where name = 'held' for update`.execute(tx)
    const others = numbered(40)
    waiting = add('held')
    await Promise.all(others.map(name => put(name)))
    const { rows } = await sql`select value from counter where name = 'held'`.execute(db.db)
    expect(rows).toEqual([{ value: 1n }])
  })
  await waiting
  const { rows } = await sql`select value from counter where name = 'held'`.execute(db.db)
  expect(rows).toEqual([{ value: 2n }])
})

/** The lock is given back when all others are done; those that wait for it give up after two seconds. */
async function besideLocks(held: string[], others: () => Promise<unknown>): Promise<void> {
  for (const name of held) await put(name)
  const waiting: Promise<unknown>[] = []
  await transaction(db.db, async tx => {
    await sql`select from counter for update`.execute(tx)
    for (const name of held) {
      waiting.push(transaction(db.db, other => atCommit(other, other.deleteFrom('counter').where('name', '=', name))))
      await vi.waitUntil(async () => (await lockWaits()) === waiting.length, { interval: 1 })
    }
    await others()
  })
  await Promise.all(waiting)
}

test.each([1, 3])('while %i wait for a lock, all others go on, however closely they follow each other', async count => {
  await besideLocks(['a', 'b', 'c'].slice(0, count), async () => {
    const sent = []
    for (const name of numbered(20)) {
      sent.push(put(name))
      await new Promise(setImmediate)
    }
    await Promise.all(sent)
  })
  expect(await names()).toEqual(numbered(20))
})

test('one that comes right behind one that waits for a lock needs no third to be sent', async () => {
  await besideLocks(['a'], () => put('behind'))
  expect(await names()).toEqual(['behind'])
})

async function lockWaits(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`.execute(db.db)
  return rows[0]!.n
}

test('a lock that nobody gives back is an error after two seconds, as anywhere', async () => {
  await put('kept')
  await transaction(db.db, async tx => {
    await sql`select from counter where name = 'kept' for update`.execute(tx)
    const change = transaction(db.db, other => atCommit(other, other.deleteFrom('counter').where('name', '=', 'kept')))
    await expect(Promise.all([change, put('beside')])).rejects.toMatchObject({ code: '55P03' })
  })
})

test('the settings of a connection are as before, whatever went wrong on it', async () => {
  const small = connect<Database>(db.url, { service: 'metering', max: 1 })
  await put('twice', 1n, small.db)
  await Promise.allSettled(['one', 'two', 'twice', 'three', 'twice', 'four'].map(name => put(name, 1n, small.db)))
  const { rows } = await sql`
    select current_setting('synchronous_commit') as commit, current_setting('lock_timeout') as lock`.execute(small.db)
  expect(rows).toEqual([{ commit: 'on', lock: '2s' }])
  await small.close()
})

test('only the last of a message waits for the disk, and does so for all', () => {
  const settings = /^set synchronous_commit = off; set lock_timeout = '100ms'; /
  const text = (...bodies: string[]) => messageOf(bodies.map(statement)).text
  expect(text('a', 'b', 'c')).toMatch(settings)
  expect(text('a', 'b', 'c').replace(settings, '')).toBe(
    'begin; a; commit; begin; b; commit; reset synchronous_commit; begin; c; commit; reset lock_timeout',
  )
  expect(text('a')).toBe('begin; a; commit')
})

test('a session that the server ends fails all that it carried, and the next ones go through', async () => {
  const small = connect<Database>(db.url, { service: 'metering', max: 1 })
  const slow = (name: string) =>
    transaction(small.db, async tx => {
      await atCommit(tx, tx.insertInto('counter').values({ name, value: 1n }))
      withCommit(tx, () => statement('select pg_sleep(1)'))
    })
  const carried = Promise.allSettled(['x', 'y', 'z'].map(slow))
  await expect.poll(async () => (await active()).length).toBe(1)
  for (const pid of await active()) await asAdmin(db.adminUrl, `select pg_terminate_backend(${pid})`)
  const results = await carried
  expect(results.every(result => result.status === 'rejected' && isUnavailable(result.reason))).toBe(true)
  await put('after', 1n, small.db)
  expect(await names()).toContain('after')
  await small.close()
})

async function active(): Promise<number[]> {
  const { rows } = await sql<{ pid: number }>`
    select pid from pg_stat_activity where query like '%pg_sleep(%' and state = 'active' and pid <> pg_backend_pid()`.execute(
    db.db,
  )
  return rows.map(row => row.pid)
}

test('what shares the message of the beginning is done with what follows, or with the commit alone', async () => {
  const insert = (name: string) => statement(`insert into counter values ('${name}', 1)`)
  await transaction(db.db, tx => withBegin(tx, insert('alone')))
  await transaction(db.db, async tx => {
    await withBegin(tx, insert('first'))
    await tx.insertInto('counter').values({ name: 'second', value: 1n }).execute()
  })
  await transaction(db.db, async tx => {
    await withBegin(tx, insert('third'))
    await atCommit(tx, tx.insertInto('counter').values({ name: 'fourth', value: 1n }))
  })
  const fails = transaction(db.db, async tx => {
    await withBegin(tx, insert('never'))
    await tx.insertInto('counter').values({ name: 'nor this', value: 1n }).execute()
    throw new Error('no')
  })
  await expect(fails).rejects.toThrow('no')
  await expect(transaction(db.db, tx => withBegin(tx, insert('alone')))).rejects.toMatchObject({ code: '23505' })
  expect(await names()).toEqual(['alone', 'first', 'fourth', 'second', 'third'])
})

test('a value travels as it is, whatever its kind, and text that cannot be stored is refused', async () => {
  const nasty = `it's \\ /* prepared claim */ ; commit; "x" $1 ٣`
  await put(nasty, 9007199254740993n)
  const { rows } = await sql`select name, value from counter`.execute(db.db)
  expect(rows).toEqual([{ name: nasty, value: 9007199254740993n }])
  await expect(put('a\0b')).rejects.toThrow('U+0000')
  const at = new Date('2026-11-20T10:00:00.123Z')
  await transaction(db.db, tx =>
    atCommit(
      tx,
      tx
        .insertInto('audit')
        .values({ at, actor_kind: 'system', actor_id: null, action: 'a.b', object_type: 'o', object_id: '1' }),
    ),
  )
  const audit = await db.db.selectFrom('audit').select(['at', 'actor_id']).executeTakeFirstOrThrow()
  expect(audit).toEqual({ at, actor_id: null })
})

test('hooks run once all is done, and not when it failed', async () => {
  const calls: string[] = []
  const hooked = (name: string) =>
    transaction(db.db, async tx => {
      afterCommit(tx, () => calls.push(name))
      await atCommit(tx, tx.insertInto('counter').values({ name, value: 1n }))
    })
  await Promise.allSettled(['a', 'b', 'a'].map(hooked))
  expect(calls.sort()).toEqual(['a', 'b'])
})
