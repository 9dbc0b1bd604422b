import { Refusal } from '@sahary/contracts/refusal'
import { audit } from '@sahary/db/audit'
import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import { nameOf } from '../person/store.ts'
import type { Acting } from '../repair/actions.ts'
import { mayComment } from '../repair/repair.ts'
import { insertEntry, lockRepair } from '../repair/store.ts'
import type { Entry } from '../repair/view.ts'
import type { Visibility } from './comment.ts'

export type Comment = { text: string; visibility: Visibility }

/** Adds a comment to a repair's timeline. It moves nothing: whoever answers a question says so by a transition. */
export async function comment(
  tx: Tx<Database>,
  acting: Acting & { userId: number },
  repairId: number,
  { text, visibility }: Comment,
): Promise<Entry> {
  const { userId: actorId, side: actorSide, at, requestId } = acting
  const repair = await lockRepair(tx, acting.scope, repairId)
  if (!repair) throw new Refusal('not_found')
  if (!mayComment(repair.state, repair.finishedAt, at)) throw new Refusal('repair_comments_over')
  const entry = { at, kind: 'comment', visibility, actorSide, verb: null, from: null, to: null, text } as const
  const id = await insertEntry(tx, { ...entry, repairId, actorId, requestId })
  // What was written stands in the timeline, which nobody can change either.
  await audit(tx, {
    actor: { userId: actorId },
    action: 'repair.comment',
    objectType: 'repair',
    objectId: repairId,
    accountId: repair.accountId,
    after: { entryId: id, visibility },
    requestId: requestId ?? undefined,
    at,
  })
  return { ...entry, id, actorName: await nameOf(tx, actorId) }
}
