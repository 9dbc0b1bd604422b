import type { SiteEnergy } from '../api/energy.ts'
import type { Vm } from '../api/vms.ts'
import type { Language } from '../i18n/preference.ts'

type Placed = Pick<Vm, 'siteId'>
type Levelled = Pick<SiteEnergy, 'siteId' | 'level'>

/** A site where the battery is low and servers of ours stand; how it is at another's site concerns nobody here. */
export function lowSiteOf<S extends Levelled>(sites: readonly S[], vms: readonly Placed[]): S | undefined {
  const own = new Set(vms.map(vm => vm.siteId))
  return sites.find(site => own.has(site.siteId) && site.level !== 'normal' && site.level !== 'watch')
}

const namedAtMost = 4

/** The first few by name, and how many others there are. */
export function namesOf(vms: readonly Pick<Vm, 'name'>[], language: Language, others: (count: number) => string) {
  const names = vms.slice(0, namedAtMost).map(vm => `\u2068${vm.name}\u2069`)
  const more = vms.length - names.length
  return new Intl.ListFormat(language).format(more > 0 ? [...names, others(more)] : names)
}
