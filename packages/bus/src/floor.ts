import type { Waiting } from './outbox.ts'

/**
 * From where on the outbox is to be read. Every published row leaves a dead entry in the index of those that wait,
 * until it is vacuumed; reading past all of them again and again would be most of a relay's work.
 *
 * `below`: no row up to this id can still appear. `seen`: an id that somebody had committed, and the transaction that
 * had not begun by then; whoever drew a lower id had begun before (a transaction writes the row of its thing's sequence
 * before it draws an id).
 */
export type Floor = { below: bigint; seen: { id: bigint; begunBefore: bigint } | null }

export const ground: Floor = { below: 0n, seen: null }

type Read = Pick<Waiting, 'id' | 'ended_before' | 'begun_before'>

/**
 * The floor when `rows` were read beyond `floor` and all of them are published. Rises to what was seen once every
 * transaction of that time had ended at the time of reading; `isWhole` says that nothing was left unread.
 */
export function floorAfter(floor: Floor, rows: readonly Read[], isWhole: boolean): Floor {
  const last = rows.at(-1)
  if (!last) return floor
  if (!floor.seen) return { ...floor, seen: { id: last.id, begunBefore: last.begun_before } }
  if (last.ended_before < floor.seen.begunBefore) return floor
  const below = isWhole || floor.seen.id < last.id ? floor.seen.id : last.id
  return { below, seen: { id: last.id, begunBefore: last.begun_before } }
}
