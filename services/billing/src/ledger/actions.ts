import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import { addPosting, type Posting } from './store.ts'

/** Posts to the ledger, in the transaction of what is posted. */
export const post = (tx: Tx<Database>, posting: Posting): Promise<void> => addPosting(tx, posting)
