import { type ServiceName, serviceNames, services, speakerOf } from '@sahary/contracts/services'
import pg from 'pg'
import { balances } from './balances.ts'

/** By hearing service and type: how many were said, are missing from its inbox, or are in it though nobody said them. */
export type Hearing = { hearer: ServiceName; type: string; said: number; missing: number; stray: number }
/** Whatever runs a query as the administrator: a pool, or a connection in the middle of a transaction. */
export type Asked = Pick<pg.Pool, 'query'>

/** A connection to the books of a platform whose PostgreSQL an administrator reaches at `url`. */
export function openBooks(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 2, connectionTimeoutMillis: 5_000, query_timeout: 20_000 })
  pool.on('error', () => {})
  return pool
}

/** Judges a platform by its own books: a sentence for each thing that is not as it must be, none when all is well. */
export async function faultsIn(books: Asked): Promise<string[]> {
  const waiting = serviceNames.map(name => `select '${name}' as service from ${name}.outbox where published_at is null`)
  const unpublished = (await books.query<{ service: string }>(waiting.join(' union all '))).rows
  const parked = serviceNames.map(name => `select '${name}' as service, type, reason, detail from ${name}.parked`)
  const refused = (await books.query<{ service: string }>(parked.join(' union all '))).rows
  return [
    ...unpublished.map(({ service }) => `${service} has an event that no stream has`),
    ...refused.map(row => `${row.service} has parked ${JSON.stringify(row)}`),
    ...(await hearingsIn(books)).flatMap(({ hearer, type, missing, stray }) => [
      ...(missing > 0 ? [`${hearer} has not heard ${missing} ${type}`] : []),
      ...(stray > 0 ? [`${hearer} has heard ${stray} ${type} that nobody said`] : []),
    ]),
    ...(await imbalancesIn(books)),
  ]
}

/** One row per hearing service and type that it has ever applied. */
export async function hearingsIn(books: Asked): Promise<Hearing[]> {
  const found: Hearing[] = []
  for (const pair of pairs()) found.push(...(await hearing(books, pair)))
  return found
}

async function imbalancesIn(books: Asked): Promise<string[]> {
  const found: string[] = []
  for (const [sentence, query] of Object.entries(balances)) {
    const { rows } = await books.query<{ count: string }>(query)
    const count = rows.reduce((sum, row) => sum + Number(row.count), 0)
    if (count > 0) found.push(`${count} ${sentence}`)
  }
  return found
}

type Pair = { hearer: ServiceName; noun: string }
const pairs = (): Pair[] => serviceNames.flatMap(hearer => services[hearer].hears.map(noun => ({ hearer, noun })))

/** A type that its hearer has applied once is one it handles, so every event of that type must have arrived. */
async function hearing(books: Asked, { hearer, noun }: Pair): Promise<Hearing[]> {
  const speaker = speakerOf(noun)
  const { rows } = await books.query<{ type: string; said: string; missing: string; stray: string }>(
    `with heard as (select event_id, type from ${hearer}.inbox where split_part(type, '.', 1) = $1),
      said as (select event_id, type from ${speaker}.outbox where type in (select type from heard))
     select coalesce(said.type, heard.type) as type, count(said.event_id) as said,
            count(*) filter (where heard.event_id is null) as missing,
            count(*) filter (where said.event_id is null) as stray
       from said full join heard using (event_id) group by 1`,
    [noun],
  )
  return rows.map(({ type, said, missing, stray }) => ({
    ...{ hearer, type },
    ...{ said: Number(said), missing: Number(missing), stray: Number(stray) },
  }))
}
