import { durableOf, type ServiceName, services, speakerOf } from '@sahary/contracts/services'
import { type Kysely, sql } from 'kysely'

/** An event of one speaker at one hearer, where the two do not agree. */
export type Difference = {
  speaker: ServiceName
  hearer: ServiceName
  durable: string
  eventId: string
  type: string
  day: string
}

/** An event that was published and never reached a service that hears its type. */
export type Missing = Difference

/** An event in an inbox that its speaker never said, or has lost since. */
export type Unsaid = Difference

export type Span = { from: Date; to: Date }

/**
 * The last net, to be run nightly by a role that may read every schema (`reconciler`): what one of `members` said between `from` and
 * `to` and is neither in the inbox of another that hears its type nor parked there. A type counts as heard when that
 * inbox has any event of it, because services pass over types they have no handler for. `to` lies far enough back for
 * events under way.
 */
export async function reconcile(
  admin: Kysely<unknown>,
  members: readonly ServiceName[],
  span: Span,
): Promise<Missing[]> {
  const missing: Missing[] = []
  for (const pair of pairsOf(members)) missing.push(...(await missed(admin, { ...pair, ...span })))
  return missing
}

/**
 * The other way round: what came into an inbox of `members` between `from` and `to` and is not in the outbox of its
 * speaker. Events older than six days are passed over, because an outbox may have dropped them.
 */
export async function unsaid(admin: Kysely<unknown>, members: readonly ServiceName[], span: Span): Promise<Unsaid[]> {
  const found: Unsaid[] = []
  for (const pair of pairsOf(members)) found.push(...(await unsaidBy(admin, { ...pair, ...span })))
  return found
}

type Pair = { speaker: ServiceName; hearer: ServiceName; noun: string }

const pairsOf = (members: readonly ServiceName[]): Pair[] =>
  members.flatMap(hearer =>
    services[hearer].hears
      .map(noun => ({ speaker: speakerOf(noun), hearer, noun }))
      .filter(({ speaker }) => members.includes(speaker)),
  )

async function missed(admin: Kysely<unknown>, { speaker, hearer, noun, from, to }: Pair & Span): Promise<Missing[]> {
  const inbox = sql.table(`${hearer}.inbox`)
  const { rows } = await sql<Pick<Missing, 'eventId' | 'type' | 'day'>>`
    with heard as (select distinct type from ${inbox})
    select o.event_id as "eventId", o.type, o.day
      from ${sql.table(`${speaker}.outbox`)} o join heard using (type)
     where o.created_at >= ${from} and o.created_at < ${to} and o.published_at is not null
       and split_part(o.type, '.', 1) = ${noun}
       and not exists (
         select from ${inbox} i
          where i.day = coalesce((uuid_extract_timestamp(o.event_id) at time zone 'utc')::date, '1970-01-01')
            and i.event_id = o.event_id)
       and not exists (select from ${sql.table(`${hearer}.parked`)} p where p.event_id = o.event_id)
     order by o.id
  `.execute(admin)
  return rows.map(row => ({ speaker, hearer, durable: durableOf(hearer, noun), ...row }))
}

async function unsaidBy(admin: Kysely<unknown>, { speaker, hearer, noun, from, to }: Pair & Span): Promise<Unsaid[]> {
  const { rows } = await sql<Pick<Unsaid, 'eventId' | 'type' | 'day'>>`
    select i.event_id as "eventId", i.type, i.day
      from ${sql.table(`${hearer}.inbox`)} i
     where i.received_at >= ${from} and i.received_at < ${to} and split_part(i.type, '.', 1) = ${noun}
       and coalesce(uuid_extract_timestamp(i.event_id), i.received_at) >= ${from}::timestamptz - interval '6 days'
       and not exists (select from ${sql.table(`${speaker}.outbox`)} o
          where o.event_id = i.event_id and o.day >= (${from}::timestamptz at time zone 'utc')::date - 7)
     order by i.event_id
  `.execute(admin)
  return rows.map(row => ({ speaker, hearer, durable: durableOf(hearer, noun), ...row }))
}

/** Has the speakers' relays publish these events again; everybody else's inbox passes over them. Gives how many. */
export async function sayAgain(admin: Kysely<unknown>, missing: readonly Missing[]): Promise<number> {
  let total = 0
  for (const speaker of new Set(missing.map(each => each.speaker))) {
    const ids = missing.filter(each => each.speaker === speaker).map(each => each.eventId)
    const { numAffectedRows } = await sql`
      update ${sql.table(`${speaker}.outbox`)} set published_at = null, stream_seq = null
       where event_id = any(${ids}::uuid[]) and published_at is not null
    `.execute(admin)
    total += Number(numAffectedRows ?? 0)
  }
  return total
}
