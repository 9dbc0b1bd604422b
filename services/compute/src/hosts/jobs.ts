import { transaction } from '@sahary/db/transaction'
import type { Deps } from '../app.ts'
import type { Engine } from '../engine/call.ts'
import { probe } from '../engine/probe/store.ts'
import { type HostRules, hostSeen, loseSilentHosts } from './actions.ts'

/** Three beats and a bounded call: after this many real seconds of silence a host counts as lost. */
const silentS = 20

/** One beat: the engine is asked what it is, and the host is seen. Gives the host; throws when it does not answer. */
export async function beat({ db, clock }: Pick<Deps, 'db' | 'clock'>, engine: Engine, rules: HostRules) {
  const found = await probe(engine)
  return transaction(db, tx => hostSeen(tx, rules, found, clock.now()))
}

/** Looks for hosts that have fallen silent, whoever drives them. */
export async function watchHosts({ db, clock, logger }: Pick<Deps, 'db' | 'clock' | 'logger'>): Promise<void> {
  for (const host of await transaction(db, tx => loseSilentHosts(tx, silentS, clock.now())))
    logger.warn({ host: host.name }, 'a host has fallen silent')
}

/** As `watchHosts`, from `silentS` after its making: while nobody of us ran, no host could be seen. */
export function hostWatch(
  deps: Pick<Deps, 'db' | 'clock' | 'logger'>,
  realNow = () => Date.now(),
): () => Promise<void> {
  const since = realNow()
  return async () => {
    if (realNow() - since > silentS * 1000) await watchHosts(deps)
  }
}
