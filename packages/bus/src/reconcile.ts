import { durableOf, type ServiceName, services, speakerOf } from '@sahary/contracts/services'
import { type Kysely, sql } from 'kysely'

/** An event that was published and never reached a service that hears its type. */
export type Missing = {
  speaker: ServiceName
  hearer: ServiceName
  durable: string
  eventId: string
  type: string
  day: string
}

type Span = { from: Date; to: Date }

/**
 * The last net, to be run nightly by a role that may read every schema: what one of `members` said between `from` and
 * `to` and is not in the inbox of another that hears its type. A type counts as heard when that inbox has any event of
 * it, because services pass over types they have no handler for. `to` lies far enough back for events under way.
 */
export async function reconcile(
  admin: Kysely<unknown>,
  members: readonly ServiceName[],
  span: Span,
): Promise<Missing[]> {
  const missing: Missing[] = []
  for (const hearer of members) {
    for (const noun of services[hearer].hears) {
      if (members.includes(speakerOf(noun))) missing.push(...(await missed(admin, { hearer, noun, ...span })))
    }
  }
  return missing
}

async function missed(
  admin: Kysely<unknown>,
  { hearer, noun, from, to }: Span & { hearer: ServiceName; noun: string },
): Promise<Missing[]> {
  const speaker = speakerOf(noun)
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
     order by o.id
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
