import { transaction } from '@sahary/db/transaction'
import { networkName } from '../engine/container.ts'
import { removeNetwork } from '../engine/store.ts'
import type { Driving } from '../reconcile/jobs.ts'
import { releaseEmpty } from './actions.ts'
import { markRemoved, releasedNetworks } from './store.ts'

/**
 * Takes the networks of accounts whose last VM here is gone from the engine, by their names, and frees their subnets.
 * One that was released and not yet removed, because we or the engine stopped in between, is removed at the next turn.
 */
export async function removeEmpty({ db, engine, hostId }: Pick<Driving, 'db' | 'engine' | 'hostId'>): Promise<void> {
  await transaction(db, tx => releaseEmpty(tx, hostId))
  for (const id of await releasedNetworks(db, hostId)) {
    await removeNetwork(engine, networkName(id))
    await markRemoved(db, id)
  }
}
