import { memberOf } from '@sahary/http/access'
import { dataOf } from '@sahary/http/answer'
import type { Server } from '@sahary/http/server'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import { observe } from '../live/observe.ts'
import { loadSites } from '../live/store.ts'
import { powerRecords } from '../power/store.ts'
import { type StoredSlot, slotsOfDay } from '../slot/store.ts'
import { runningBySite, sitesOfAccount } from '../tenant/store.ts'
import { LiveEnergy, liveEnergy, SlotEnergy } from './energy.ts'

const slotAnswer = ({ siteId: _, from, to, ...energy }: StoredSlot): SlotEnergy => ({
  ...energy,
  from: from.toISOString(),
  to: to.toISOString(),
})

async function liveSites({ db, clock }: Deps, wanted?: readonly number[]): Promise<LiveEnergy[]> {
  const now = clock.now()
  const stored = await loadSites(db, wanted)
  const records = new Map((await powerRecords(db)).map(record => [record.siteId, record]))
  const running = await runningBySite(db)
  return stored.flatMap(one => {
    const record = records.get(one.siteId)
    if (!record) return []
    const observed = observe(one, now, clock.rate())
    return liveEnergy({ ...record, observed, running: running.get(one.siteId) ?? { vms: 0, vcpus: 0 }, now })
  })
}

/** Energy for everybody, and for customers with today's slots of the sites where their servers are. */
export function energyRoutes(app: Server, deps: Deps): void {
  app.get(
    '/api/public/energy',
    {
      schema: {
        summary: 'What every site produces, uses and has left, now',
        response: { 200: dataOf(z.array(LiveEnergy)) },
      },
    },
    async () => ({ data: await liveSites(deps) }),
  )

  app.get(
    '/api/customer/energy',
    {
      schema: {
        summary: 'The sites of your servers: now, and the five-minute slots of their day',
        response: { 200: dataOf(z.array(LiveEnergy.extend({ slots: z.array(SlotEnergy) }))) },
      },
    },
    async request => {
      const { accountId } = memberOf(request)
      const live = await liveSites(deps, await sitesOfAccount(deps.db, accountId))
      const now = deps.clock.now()
      const data = []
      for (const site of live) {
        const slots = await slotsOfDay(deps.db, site.siteId, now, site.timezone)
        data.push({ ...site, slots: slots.map(slotAnswer) })
      }
      return { data }
    },
  )
}
