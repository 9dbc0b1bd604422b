import type { Handlers } from '@sahary/bus/handler'
import { isNewest } from '@sahary/bus/sequence'
import type { Clock } from '@sahary/clock/clock'
import type { Database } from '../app.ts'
import { levelChanged } from './actions.ts'

/** What we hear of a site's power: every step of its ladder, in order. */
export const powerConsumers = (clock: Clock): Handlers<Database> => ({
  'power.level_changed': async (tx, event) => {
    if (!(await isNewest(tx, event))) return
    const { siteId, level, noticeEndsAt } = event.data
    const ends = noticeEndsAt === null ? null : new Date(noticeEndsAt)
    await levelChanged(tx, siteId, { level, noticeEndsAt: ends, changedAt: new Date(event.time), now: clock.now() })
  },
})
