import { Refusal } from '@sahary/contracts/refusal'
import { type Actor, audit } from '@sahary/db/audit'
import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import { changedSite, type NewSite, newSite, type Site, type SitePatch } from './site.ts'
import { addSite, findSite, saveSite } from './store.ts'

/** Who acts, through which request and when on the business clock. */
export type Doing = { actor: Actor; requestId?: string | undefined; at: Date }

/** A site comes to be. */
export async function createSite(tx: Tx<Database>, body: NewSite, doing: Doing): Promise<Site> {
  const siteId = await addSite(tx, newSite(body), doing.at)
  const site = await siteOf(tx, siteId)
  await audit(tx, { ...doing, action: 'site.create', objectType: 'site', objectId: siteId, after: site })
  return site
}

/** A site is described anew, if it is still as the caller saw it. */
export async function changeSite(tx: Tx<Database>, siteId: number, patch: SitePatch, doing: Doing): Promise<Site> {
  const before = await siteOf(tx, siteId, true)
  if (before.version !== patch.version) throw new Refusal('version_conflict', { current: before })
  await saveSite(tx, before, changedSite(before, patch))
  const after = await siteOf(tx, siteId)
  await audit(tx, { ...doing, action: 'site.update', objectType: 'site', objectId: siteId, before, after })
  return after
}

/** The site, or `not_found`. */
export async function siteOf(tx: Tx<Database>, siteId: number, lock = false): Promise<Site> {
  const site = await findSite(tx, siteId, lock)
  if (!site) throw new Refusal('not_found')
  return site
}
