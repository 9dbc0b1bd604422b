import { startTracing, withSpan } from '@sahary/observability/tracing'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { preparedStatement } from '../src/prepared.ts'
import { execute, transaction, withCommit } from '../src/transaction.ts'
import { bed } from './bed.ts'

const put = preparedStatement('put', ['text'], 'insert into counter values ($1, 1)')
const spans: { name: string; query: unknown; trace: string }[] = []

let db: Awaited<ReturnType<typeof bed>>
let tracing: ReturnType<typeof startTracing>
beforeAll(async () => {
  db = await bed()
  tracing = startTracing('test', {
    export: (finished, done) => {
      for (const span of finished)
        spans.push({
          name: span.name,
          query: span.attributes['db.query.text'],
          trace: span.spanContext().traceId,
        })
      done({ code: 0 })
    },
    shutdown: async () => {},
  })
})
afterAll(() => db.close())

test('what is asked of the database is in the trace of who asked, without the values', async () => {
  await withSpan('request', {}, async () => {
    await sql`select ${'secret'}::text`.execute(db.db)
    await transaction(db.db, async tx => {
      await sql`/* prepared one */ select ${'secret'}::text`.execute(tx)
      await execute(tx, put('secret'))
      withCommit(tx, () => put('secret too'))
    })
    const fails = transaction(db.db, tx => sql`select 1 / 0`.execute(tx))
    await expect(fails).rejects.toThrow('division by zero')
  })
  await tracing.stop()
  expect(spans.map(({ name, query }) => [name, query])).toEqual([
    ['SELECT', 'select $1::text'],
    ['SELECT', 'select $1::text'],
    ['EXECUTE', 'execute put'],
    ['COMMIT', 'commit execute put'],
    ['SELECT', 'select 1 / 0'],
    ['ROLLBACK', 'rollback'],
    ['request', undefined],
  ])
  expect(new Set(spans.map(({ trace }) => trace)).size).toBe(1)
})
