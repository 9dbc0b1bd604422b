import { emit } from '@sahary/bus/emit'
import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import { insertAlert, type NewAlert } from './store.ts'

/** Records something that somebody should look at, and says so. */
export async function raiseAlert(tx: Tx<Database>, alert: NewAlert): Promise<void> {
  const raised = await insertAlert(tx, alert)
  if (raised === null) return
  const { kind, detail, at } = alert
  await emit(tx, 'security.alert_raised', raised.alertId, { ...raised, kind, detail }, { at })
}
