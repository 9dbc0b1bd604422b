import { createHash } from 'node:crypto'
import { Refusal } from '@sahary/contracts/refusal'
import type { Tx } from '@sahary/db/connect'
import { statement } from '@sahary/db/prepared'
import type { SpineTables } from '@sahary/db/spine'
import { atCommit, transaction, withCommit } from '@sahary/db/transaction'
import type { FastifyRequest } from 'fastify'
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'

/** What a request with an Idempotency-Key is answered; `replayed` when the effect happened at an earlier request. */
export type Answer<S extends number, B> = { status: S; body: B; replayed: boolean }

/** The header, for a route's `schema.headers`, so that the API's description shows it. */
export const IdempotencyHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .optional()
    .describe('Required. Repeat a request with the same key and body and it happens once.'),
})

const keptFor = '24 hours'

/**
 * Runs `effect` once per key: the key, the effect and the answer are one transaction. The same key and request again
 * gets the same answer, for 24 hours; another request with that key is refused (422), and so is one that comes while
 * the first still runs (409). A refused request leaves nothing behind, so its key may be used again.
 * Only JSON survives a replay: no dates or bigints in the body. Not for requests whose body holds a password.
 */
export async function idempotent<DB extends SpineTables, S extends number, B>(
  db: Kysely<DB>,
  request: FastifyRequest,
  effect: (tx: Tx<DB>) => Promise<{ status: S; body: B }>,
): Promise<Answer<S, B>> {
  const slot = slotOf(request)
  return transaction(db, async tx => {
    const spine = tx as unknown as Tx<SpineTables>
    await lockSlot(spine, slot)
    const earlier = await answerIn(spine, slot)
    if (earlier) return { ...(earlier as { status: S; body: B }), replayed: true }
    const answer = await effect(tx)
    await keep(spine, slot, answer)
    return { ...answer, replayed: false }
  })
}

type Slot = { actor: string; route: string; key: string; hash: Buffer }

function slotOf(request: FastifyRequest): Slot {
  const key = request.headers['idempotency-key']
  if (key === undefined || key === '') throw new Refusal('idempotency_key_required')
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) throw new Refusal('idempotency_key_malformed')
  const { principal } = request
  return {
    actor: principal ? `user ${principal.userId} account ${principal.accountId ?? 'none'}` : 'nobody',
    route: `${request.method} ${request.routeOptions.url}`,
    key,
    hash: createHash('sha256')
      .update(canonical([request.params, request.query, request.body]))
      .digest(),
  }
}

/** JSON with sorted keys, so that the order in which a client writes its fields does not matter. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  ) ?? ''

/** Held until the transaction ends; whoever else holds it is the same request still being worked on. */
async function lockSlot(tx: Tx<SpineTables>, { actor, route, key }: Slot): Promise<void> {
  const name = JSON.stringify([actor, route, key])
  const { rows } = await sql<{ free: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(current_schema() || ${name}, 0)) as free`.execute(tx)
  if (!rows[0]?.free) throw new Refusal('idempotency_in_flight', { retryAfterS: 1 })
}

async function answerIn(tx: Tx<SpineTables>, slot: Slot): Promise<{ status: number; body: unknown } | null> {
  const row = await tx
    .selectFrom('idempotent_answer')
    .select(['body_hash', 'status', 'answer'])
    .where('actor', '=', slot.actor)
    .where('route', '=', slot.route)
    .where('key', '=', slot.key)
    .where('created_at', '>', sql<Date>`now() - ${sql.lit(keptFor)}::interval`)
    .executeTakeFirst()
  if (!row) return null
  if (!row.body_hash.equals(slot.hash)) throw new Refusal('idempotency_key_reused')
  return { status: row.status ?? 200, body: row.answer }
}

async function keep(tx: Tx<SpineTables>, slot: Slot, answer: { status: number; body: unknown }): Promise<void> {
  const values = { body_hash: slot.hash, status: answer.status, answer: JSON.stringify(answer.body ?? null) }
  const insert = tx
    .insertInto('idempotent_answer')
    .values({ actor: slot.actor, route: slot.route, key: slot.key, ...values })
    // Only an answer that is too old to count can be in the way.
    .onConflict(conflict =>
      conflict.columns(['actor', 'route', 'key']).doUpdateSet({ ...values, created_at: sql<Date>`clock_timestamp()` }),
    )
  await atCommit(tx, insert)
  withCommit(tx, () => forgetSome)
}

const forgetSome = statement(`
  delete from idempotent_answer where (actor, route, key) in (
    select actor, route, key from idempotent_answer
     where created_at < now() - interval '${keptFor}' limit 20 for update skip locked)`)
