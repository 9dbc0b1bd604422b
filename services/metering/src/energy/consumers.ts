import type { Handlers } from '@sahary/bus/handler'
import type { Database, Deps } from '../app.ts'
import { keepMetering, keepSlot } from './actions.ts'

/** What energy does when it hears of slots and of processors used. */
export const energyConsumers = ({ clock }: Pick<Deps, 'clock'>): Handlers<Database> => ({
  'energy.slot_closed': (tx, event) => keepSlot(tx, event.data),
  'vm.metered': (tx, event) => keepMetering(tx, event.data, clock.now()),
})
