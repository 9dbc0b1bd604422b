import { transaction } from '@sahary/db/transaction'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import { plantSites } from './actions.ts'
import type { Seed } from './seed.ts'

/** At every start: what the seed has and we have not. */
export const plant = (db: Kysely<Database>, seed: Seed, at: Date): Promise<void> =>
  transaction(db, tx => plantSites(tx, seed, at))
