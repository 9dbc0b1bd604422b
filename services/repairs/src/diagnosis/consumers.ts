import type { Handlers } from '@sahary/bus/handler'
import type { Database } from '../app.ts'
import { insertDiagnosis } from './store.ts'

/** What solar suspects is kept for the repair that may follow from it. */
export const diagnosisConsumers: Handlers<Database> = {
  'diagnosis.raised': (tx, { data, time }) => insertDiagnosis(tx, data, new Date(time)),
}
