import type { Tx } from './connect.ts'
import type { SpineTables } from './spine.ts'
import { atCommit } from './transaction.ts'

/** Who acts: a signed-in person (a `Principal` will do) or the service itself. */
export type Actor = { userId: number } | 'system'

export type AuditEntry = {
  actor: Actor
  /** `<noun>.<verb>`, such as `vm.delete`. */
  action: string
  objectType: string
  objectId: number | bigint | string
  accountId?: number | bigint | null | undefined
  /** What changed, as it was and as it is; never secrets. */
  before?: unknown
  after?: unknown
  requestId?: string | undefined
  /** On the business clock. */
  at: Date
}

/** Writes down who did what, in the transaction that does it. Nobody may change the row afterwards. */
export async function audit<DB extends SpineTables>(tx: Tx<DB>, entry: AuditEntry): Promise<void> {
  const { actor } = entry
  const row = {
    at: entry.at,
    actor_kind: actor === 'system' ? ('system' as const) : ('user' as const),
    actor_id: actor === 'system' ? null : actor.userId,
    account_id: entry.accountId ?? null,
    action: entry.action,
    object_type: entry.objectType,
    object_id: String(entry.objectId),
    before: json(entry.before),
    after: json(entry.after),
    request_id: entry.requestId ?? null,
  }
  await atCommit(tx, (tx as unknown as Tx<SpineTables>).insertInto('audit').values(row))
}

const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))
