import { type Job, startJob } from '@sahary/clock/job'
import type { Deps } from '../app.ts'

/** Looks after the keys once a minute: replicas see a new key long before it signs. */
export const keepKeysJob = ({ keys, logger }: Pick<Deps, 'keys' | 'logger'>): Job =>
  startJob({ name: 'keep signing keys', everyMs: 60_000, run: () => keys.keep(), logger })
