import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import { lifeSince } from '../life/actions.ts'
import { piecesBetween } from '../life/life.ts'
import { quantitiesOf, quantitiesText } from '../usage/usage.ts'
import type { UsageSoFar } from './listing.ts'

/** What each VM has used since it was last recorded, up to this moment; nothing is written. */
export async function usageSoFar(
  db: Kysely<Database>,
  vms: readonly { vmId: number; recordedTo: Date }[],
  now: Date,
): Promise<UsageSoFar[]> {
  const pieces: UsageSoFar[] = []
  for (const { vmId, recordedTo } of vms)
    for (const piece of piecesBetween(await lifeSince(db, vmId, recordedTo), recordedTo, now)) {
      const { siteId, vmName, spec } = piece.place
      pieces.push({
        vmId,
        vmName,
        siteId,
        spec,
        from: piece.from.toISOString(),
        to: piece.to.toISOString(),
        ...quantitiesText(quantitiesOf(piece)),
      })
    }
  return pieces
}
