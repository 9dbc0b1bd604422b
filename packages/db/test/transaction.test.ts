import { CompiledQuery, sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from '../src/audit.ts'
import { connect, type Tx } from '../src/connect.ts'
import { advisoryLock } from '../src/lock.ts'
import { preparedStatement, statement } from '../src/prepared.ts'
import { afterCommit, transaction, withCommit } from '../src/transaction.ts'
import { bed, type Database } from './bed.ts'

let db: Awaited<ReturnType<typeof bed>>
beforeAll(async () => {
  db = await bed()
})
afterAll(() => db.close())

const read = async (tx: Tx<Database>, name: string): Promise<bigint> =>
  BigInt((await tx.selectFrom('counter').select('value').where('name', '=', name).executeTakeFirstOrThrow()).value)
const write = (tx: Tx<Database>, name: string, value: bigint) =>
  tx.updateTable('counter').set({ value }).where('name', '=', name).execute()
const counted = (name: string) => transaction(db.db, tx => read(tx, name))

/** Reads, waits a little and writes back: loses updates unless somebody keeps the others out. */
const addOne = async (tx: Tx<Database>, name: string): Promise<void> => {
  const value = await read(tx, name)
  await sql`select pg_sleep(0.002)`.execute(tx)
  await write(tx, name, value + 1n)
}

test('twenty who race for a lock come one after the other', async () => {
  await sql`insert into counter values ('locked', 0), ('open', 0)`.execute(db.db)
  const race = (name: string, guarded: boolean) =>
    Promise.all(
      Array.from({ length: 20 }, () =>
        transaction(db.db, async tx => {
          if (guarded) await advisoryLock(tx, 'counter', name)
          await addOne(tx, name)
        }),
      ),
    )
  await race('locked', true)
  expect(await counted('locked')).toBe(20n)
  // The same without the lock, to show that the race is one.
  await race('open', false)
  expect(await counted('open')).toBeLessThan(20n)
})

test('a lock that nobody gives back is an error after two seconds', async () => {
  await transaction(db.db, async tx => {
    await advisoryLock(tx, 'slow')
    await expect(transaction(db.db, other => advisoryLock(other, 'slow'))).rejects.toMatchObject({ code: '55P03' })
  })
})

test('a deadlock is tried again, and both transactions are done in the end', async () => {
  await sql`insert into counter values ('left', 0), ('right', 0)`.execute(db.db)
  const both = (first: string, second: string) =>
    transaction(db.db, async tx => {
      for (const name of [first, second]) {
        await sql`update counter set value = value + 1 where name = ${name}`.execute(tx)
        await sql`select pg_sleep(0.05)`.execute(tx)
      }
    })
  await Promise.all([both('left', 'right'), both('right', 'left')])
  expect([await counted('left'), await counted('right')]).toEqual([2n, 2n])
})

test('what is to happen after the commit happens then, once, and not after a rollback', async () => {
  const calls: string[] = []
  const hook = () => calls.push('done')
  await transaction(db.db, async tx => {
    afterCommit(tx, hook)
    afterCommit(tx, hook)
    expect(calls).toEqual([])
  })
  expect(calls).toEqual(['done'])
  await transaction(db.db, async tx => {
    afterCommit(tx, hook)
    throw new Error('no')
  }).catch(() => {})
  expect(calls).toEqual(['done'])
})

const run = (tx: Tx<Database>, text: string) => tx.executeQuery<{ name: string }>(CompiledQuery.raw(text))

test('the first statement, which comes with begin, belongs to the transaction', async () => {
  const open = "insert into counter values ('first', 1) on conflict do nothing returning name"
  const fail = transaction(db.db, async tx => {
    expect((await run(tx, open)).rows).toEqual([{ name: 'first' }])
    // A transaction of its own, in the middle of the other, begins as usual.
    expect(
      (await transaction(db.db, other => run(other, "select name from counter where name = 'first'"))).rows,
    ).toEqual([])
    throw new Error('no')
  })
  await expect(fail).rejects.toThrow('no')
  for (const rows of [[{ name: 'first' }], []]) {
    expect((await transaction(db.db, tx => run(tx, open))).rows).toEqual(rows)
  }
})

test('statements side by side are all in the transaction, whichever of them begins it', async () => {
  const fail = transaction(db.db, async tx => {
    await Promise.all([
      tx.insertInto('counter').values({ name: 'side 1', value: 1n }).execute(),
      run(tx, "insert into counter values ('side 2', 1)"),
      tx.insertInto('counter').values({ name: 'side 3', value: 1n }).execute(),
    ])
    throw new Error('no')
  })
  await expect(fail).rejects.toThrow('no')
  const { rows } = await sql`select 1 from counter where name like 'side%'`.execute(db.db)
  expect(rows).toEqual([])
})

test('a transaction that does nothing, and one that fails before its first statement, leave the connection free', async () => {
  const small = connect<Database>(db.url, { service: 'metering', max: 1 })
  expect(await transaction(small.db, async () => 'nothing')).toBe('nothing')
  await expect(transaction(small.db, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await sql`insert into counter values ('outside', 1)`.execute(small.db)
  expect((await sql`select 1 from counter where name = 'outside'`.execute(db.db)).rows).toHaveLength(1)
  await small.close()
})

test('a first statement that fails leaves the connection as it was', async () => {
  const small = connect<Database>(db.url, { service: 'metering', max: 1 })
  await expect(transaction(small.db, tx => run(tx, 'select 1 / 0'))).rejects.toThrow('division by zero')
  await expect(transaction(small.db, tx => run(tx, 'not sql'))).rejects.toThrow('syntax error')
  expect(await sql<{ n: number }>`select 1 as n`.execute(small.db).then(({ rows }) => rows)).toEqual([{ n: 1 }])
  await small.close()
})

const raise = preparedStatement('raise', ['text', 'bigint'], 'update counter set value = value / $2 where name = $1')

test('a statement that travels with the commit is done with it, or nothing is', async () => {
  const small = connect<Database>(db.url, { service: 'metering', max: 1 })
  await sql`insert into counter values ('closing', 12)`.execute(small.db)
  const calls: string[] = []
  const halved = (by: bigint) =>
    transaction(small.db, async tx => {
      withCommit(tx, () => raise('closing', by))
      afterCommit(tx, () => calls.push('committed'))
      await tx
        .insertInto('counter')
        .values({ name: `by ${by}`, value: by })
        .execute()
    })
  await halved(2n)
  await expect(halved(0n)).rejects.toThrow('division by zero')
  await transaction(small.db, async tx => withCommit(tx, () => raise('closing', 3n)))
  const { rows } =
    await sql`select name, value from counter where name = 'closing' or name like 'by %' order by 1`.execute(small.db)
  expect(rows).toEqual([
    { name: 'by 2', value: 2n },
    { name: 'closing', value: 2n },
  ])
  expect(calls).toEqual(['committed'])
  await small.close()
})

test('nothing is kept of a transaction in which a statement failed, whatever became of the error', async () => {
  const calls: string[] = []
  const careless = transaction(db.db, async tx => {
    await sql`insert into counter values ('careless', 1)`.execute(tx)
    await run(tx, 'select 1 / 0').catch(() => {})
    afterCommit(tx, () => calls.push('committed'))
  })
  await expect(careless).rejects.toThrow('nothing of it is kept')
  expect((await sql`select 1 from counter where name = 'careless'`.execute(db.db)).rows).toEqual([])
  expect(calls).toEqual([])
})

test('a transaction that has ended takes no more statements', async () => {
  const small = connect<Database>(db.url, { service: 'metering', max: 1 })
  let kept: Tx<Database> | undefined
  await transaction(small.db, async tx => {
    kept = tx
    await run(tx, 'select 1')
  })
  await expect(run(kept!, 'select 1')).rejects.toThrow('has ended')
  await expect(
    transaction(small.db, async tx => {
      kept = tx
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
  await expect(run(kept!, 'select 1')).rejects.toThrow('has ended')
  await small.close()
})

test('an error of the database tells which of our lines it came from', async () => {
  const error = await transaction(db.db, async function asked(tx) {
    await sql`select 1 / 0`.execute(tx)
  }).catch((fault: Error) => fault)
  expect((error as Error).stack).toContain('asked')
})

test('what is not opened by transaction takes no statement for its commit; it does not pass over it in silence', async () => {
  const foreign = db.db.transaction().execute(async tx => withCommit(tx, () => statement('select 1')))
  await expect(foreign).rejects.toThrow('transaction')
})

test('an audit row is written with the deed and cannot be changed or removed', async () => {
  const at = new Date('2026-11-20T10:00:00Z')
  const entry = {
    actor: { userId: 5 },
    action: 'vm.delete',
    objectType: 'vm',
    objectId: 42,
    accountId: 7,
    before: { name: 'a' },
    at,
  }
  await transaction(db.db, tx => audit(tx, entry))
  await transaction(db.db, tx => audit(tx, { ...entry, actor: 'system' }))
  const rows = await db.db
    .selectFrom('audit')
    .select(['actor_kind', 'actor_id', 'object_id', 'before', 'at'])
    .orderBy('id')
    .execute()
  expect(rows).toEqual([
    { actor_kind: 'user', actor_id: 5n, object_id: '42', before: { name: 'a' }, at },
    { actor_kind: 'system', actor_id: null, object_id: '42', before: { name: 'a' }, at },
  ])
  await expect(sql`update audit set action = 'x'`.execute(db.db)).rejects.toThrow('permission denied')
  await expect(sql`delete from audit`.execute(db.db)).rejects.toThrow('permission denied')
})
