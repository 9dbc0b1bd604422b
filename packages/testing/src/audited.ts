import { randomUUID } from 'node:crypto'
import type { AccessRow } from '@sahary/contracts/access'
import type pg from 'pg'

/** A request under an id of its own; `headers` carry it. */
export type Ask = (headers: Record<string, string>) => Promise<{ statusCode: number; body?: unknown }>
/** How to ask a route rightly, and what that leaves in the audit, as `leftBy` tells it. */
export type Audited = { leaves: string[]; ask: Ask }

/** The routes of an access list that change something. */
export const changesIn = (rows: readonly AccessRow[]): string[] =>
  rows.filter(([method]) => method !== 'GET').map(([method, path]) => `${method} ${path}`)

/** Asks, and gives who did what in that request, such as `user vm.create`; throws when the request is refused. */
export async function leftBy(pool: pg.Pool, ask: Ask): Promise<string[]> {
  const requestId = randomUUID()
  const { statusCode, body } = await ask({ 'x-request-id': requestId, 'idempotency-key': requestId })
  if (statusCode >= 300) throw new Error(`the request was answered ${statusCode}: ${JSON.stringify(body)}`)
  const text = 'select actor_kind, action from audit where request_id = $1 order by id'
  const { rows } = await pool.query<{ actor_kind: string; action: string }>(text, [requestId])
  return rows.map(({ actor_kind, action }) => `${actor_kind} ${action}`)
}
