import { type FieldFault, Refusal } from '@sahary/contracts/refusal'
import { z } from 'zod'
import { LadderNumbers, rungFault } from '../power/rules.ts'

const Name = z
  .string()
  .max(100)
  .regex(/^\S(.*\S)?$/)
const Watts = z.int().min(1).max(50_000_000)

/** A plane of panels: watts at standard conditions, degrees from horizontal, degrees clockwise from north. */
export const SolarArray = z.strictObject({
  name: Name,
  peakW: Watts,
  tiltDeg: z.number().min(0).max(90).multipleOf(0.1),
  azimuthDeg: z.number().min(0).max(360).multipleOf(0.1),
})
export type SolarArray = z.infer<typeof SolarArray>

/** What an operator says about a site. Energies in Wh, powers in W, the notice in seconds of business time. */
export const SiteFields = z.strictObject({
  name: Name,
  lat: z.number().min(-90).max(90),
  lon: z.number().min(-180).max(180),
  timezone: z.string().min(1).max(64),
  ratedW: Watts,
  baselineW: z.int().min(0).max(50_000_000),
  batteryCapacityWh: z.int().min(1).max(1_000_000_000).nullable(),
  batteryUsableWh: z.int().min(1).max(1_000_000_000).nullable(),
  batteryReservePercent: z.int().min(0).max(90),
  hasGrid: z.boolean(),
  backupSource: z.enum(['grid', 'generator']).nullable(),
  noticeS: z.int().min(0).max(86_400),
  ladder: LadderNumbers,
  arrays: z.array(SolarArray).max(50),
})
export type SiteFields = z.infer<typeof SiteFields>

export const NewSite = SiteFields.partial({
  baselineW: true,
  batteryCapacityWh: true,
  batteryUsableWh: true,
  batteryReservePercent: true,
  hasGrid: true,
  backupSource: true,
  noticeS: true,
  ladder: true,
  arrays: true,
})
export type NewSite = z.infer<typeof NewSite>

export const SitePatch = SiteFields.partial().extend({ version: z.int().positive() })
export type SitePatch = z.infer<typeof SitePatch>

/** A site as it is stored. */
export type Site = SiteFields & { siteId: number; version: number; createdAt: Date }

const defaults = {
  baselineW: 0,
  batteryCapacityWh: null,
  batteryUsableWh: null,
  batteryReservePercent: 10,
  hasGrid: false,
  backupSource: null,
  noticeS: 900,
  ladder: {},
  arrays: [],
}

const without = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>

/** A new site's fields with what was left out; refused where they contradict each other. */
export const newSite = (body: NewSite): SiteFields => checked({ ...defaults, ...without(body) } as SiteFields)

/** A site's fields after a change; refused where they contradict each other. */
export function changedSite(site: Site, { version: _, ...patch }: SitePatch): SiteFields {
  const { siteId: _id, version: _version, createdAt: _at, ...before } = site
  return checked({ ...before, ...without(patch) } as SiteFields)
}

function checked(fields: SiteFields): SiteFields {
  const faults = faultsOf(fields)
  if (faults.length > 0) throw new Refusal('validation_failed', { faults })
  return fields
}

function faultsOf(site: SiteFields): FieldFault[] {
  const faults: FieldFault[] = []
  if (!isTimezone(site.timezone)) faults.push({ field: 'timezone', code: 'timezone_unknown' })
  const { batteryCapacityWh: capacity, batteryUsableWh: usable } = site
  if ((capacity === null) !== (usable === null)) faults.push({ field: 'batteryUsableWh', code: 'battery_incomplete' })
  if (capacity !== null && usable !== null && usable > capacity) {
    faults.push({ field: 'batteryUsableWh', code: 'field_too_big', params: { maximum: capacity } })
  }
  const names = site.arrays.map(array => array.name)
  if (new Set(names).size < names.length) faults.push({ field: 'arrays', code: 'array_name_repeated' })
  const rung = rungFault(site.ladder)
  if (rung?.minimum !== undefined) {
    faults.push({ field: rung.path, code: 'field_too_small', params: { minimum: rung.minimum } })
  } else if (rung?.maximum !== undefined) {
    faults.push({ field: rung.path, code: 'field_too_big', params: { maximum: rung.maximum } })
  }
  return faults
}

/** True for a name of the IANA database, such as Africa/Cairo; offsets are not time zones. */
export function isTimezone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
