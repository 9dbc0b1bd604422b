import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import { livesSoFar } from '../life/actions.ts'
import { piecesBetween } from '../life/life.ts'
import { quantitiesOf, quantitiesText } from '../usage/usage.ts'
import type { UsageSoFar } from './listing.ts'

/** What each VM of an account, or one of them, has used since it was last recorded, up to this moment. */
export async function usageSoFar(
  db: Kysely<Database>,
  { accountId, vmId }: { accountId: number; vmId: number | undefined },
  now: Date,
): Promise<UsageSoFar[]> {
  const lives = await livesSoFar(db, accountId, vmId)
  return lives.flatMap(life =>
    piecesBetween(life.segments, life.recordedTo, now).map(piece => {
      const { siteId, vmName, spec } = piece.place
      const [from, to] = [piece.from.toISOString(), piece.to.toISOString()]
      return { vmId: life.vmId, vmName, siteId, spec, from, to, ...quantitiesText(quantitiesOf(piece)) }
    }),
  )
}
