import { audit } from '@sahary/db/audit'
import type { Tx } from '@sahary/db/connect'
import { advisoryLock } from '@sahary/db/lock'
import type { Database } from '../app.ts'
import { newInverter } from '../inverter/inverter.ts'
import { addInverter, findInverter } from '../inverter/store.ts'
import { newSite } from '../site/site.ts'
import { addSite, findSite } from '../site/store.ts'
import type { Seed } from './seed.ts'

/** Adds the seed's sites and devices that are missing; what is there is left as people have made it since. */
export async function plantSites(tx: Tx<Database>, seed: Seed, at: Date): Promise<void> {
  await advisoryLock(tx, 'seed')
  for (const { siteId, inverters, ...fields } of seed) {
    if (!(await findSite(tx, siteId))) {
      await addSite(tx, newSite(fields), at, siteId)
      await audit(tx, { actor: 'system', action: 'site.seed', objectType: 'site', objectId: siteId, at })
    }
    for (const { inverterId, ...inverter } of inverters) {
      if (await findInverter(tx, inverterId)) continue
      await addInverter(tx, { ...newInverter(inverter), siteId, deviceId: null, at, inverterId })
    }
  }
}
