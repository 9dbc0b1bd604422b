import { emitAll } from '@sahary/bus/emit'
import type { Tx } from '@sahary/db/connect'
import { advisoryLock } from '@sahary/db/lock'
import { Decimal } from 'decimal.js'
import type { Database } from '../app.ts'
import { coresOfSite } from '../hosts/store.ts'
import {
  type Interval,
  overlapSeconds,
  plausible,
  type Reading,
  siteCpuSeconds,
  slotMs,
  slotStart,
  slotsToClose,
  useBetween,
  type VmSlot,
} from './slot.ts'
import {
  addUses,
  firstSlot,
  hostIdsOf,
  lockClosedTo,
  type RunOf,
  readingsOf,
  readTo,
  runsIn,
  type Sampled,
  saveClosedTo,
  saveReading,
  takeUses,
} from './store.ts'

/** Slots closed in one transaction at most. */
const mostSlots = 24

/** A reading of one subject, what it may have used at most, and where its counter stood at first. */
export type Sample = { subject: string; reading: Reading; vcpus: number; origin: Reading | null }

/** The reading of a VM at the beginning of its present run: nothing used yet. */
export const originOf = (vm: Sampled): Reading => ({
  run: vm.run,
  cpuNs: 0n,
  realAt: new Date(vm.run),
  businessAt: vm.runFrom,
})

/** A VM's origin after a reboot: its run on the business clock lasts on, and all of it up to `last` is booked. */
const notBefore = (origin: Reading, last: Reading | undefined): Reading =>
  last && last.businessAt > origin.businessAt ? { ...origin, businessAt: last.businessAt } : origin

const longestReadingMs = 60_000

/** Another replica on the same engine has booked a later one; one that is much later was read before the clock was put back. */
const isOvertaken = (reading: Reading, last: Reading): boolean => {
  const behindMs = last.realAt.getTime() - reading.realAt.getTime()
  return behindMs >= 0 && behindMs < longestReadingMs
}

/** Books what was used since the last readings of a host and its VMs. */
export async function book(tx: Tx<Database>, siteId: number, samples: readonly Sample[]): Promise<void> {
  // Two samplers of one host would count the same time twice.
  await advisoryLock(tx, 'slots', siteId)
  const openFrom = await lockClosedTo(tx, siteId)
  const known = await readingsOf(
    tx,
    samples.map(sample => sample.subject),
  )
  for (const { subject, reading, vcpus, origin } of samples) {
    const last = known.get(subject)
    if (last && isOvertaken(reading, last)) continue
    const before = last && (last.run === reading.run || origin === null) ? last : origin && notBefore(origin, last)
    if (before) await addUses(tx, subject, useBetween(before, reading, vcpus), openFrom)
    await saveReading(tx, subject, reading)
  }
}

/**
 * Closes the slots of a site that are over and fully read, oldest first: one `vm.metered` for each VM that ran in it.
 * Gives how many were closed; when it is as many as fit one turn, there may be more.
 */
export async function closeSlots(tx: Tx<Database>, siteId: number): Promise<number> {
  await advisoryLock(tx, 'slots', siteId)
  const closedTo = await lockClosedTo(tx, siteId)
  const until = await readTo(tx, siteId)
  if (until === null) return 0
  const first = await firstSlot(tx, siteId, closedTo)
  const slots = slotsToClose(first ?? slotStart(until), until, mostSlots)
  const span = { from: slots[0]?.from, to: slots.at(-1)?.to }
  if (span.from === undefined || span.to === undefined) return 0
  await meter(tx, siteId, slots, { from: span.from, to: span.to })
  await saveClosedTo(tx, siteId, span.to)
  return slots.length
}

/** True when a turn closed as much as it may and there may be more. */
export const mayHaveMore = (closed: number): boolean => closed === mostSlots

async function meter(tx: Tx<Database>, siteId: number, slots: readonly Interval[], span: Interval): Promise<void> {
  const runs = await runsIn(tx, siteId, span)
  const hosts = await hostIdsOf(tx, siteId)
  const subjects = [...new Set(runs.map(run => `vm/${run.vmId}`)), ...hosts.map(id => `host/${id}`)]
  const uses = await takeUses(tx, subjects, span)
  const used = (subject: string, slot: Interval): Decimal =>
    uses.find(use => use.subject === subject && use.slotFrom.getTime() === slot.from.getTime())?.cpuSeconds ??
    new Decimal(0)
  const siteVcpus = Math.max(1, await coresOfSite(tx, siteId))
  for (const slot of slots) {
    const vms = vmSlots(runs, slot, subject => used(subject, slot)).map(plausible)
    const hostSeconds = hosts.reduce((sum, id) => sum.add(used(`host/${id}`, slot)), new Decimal(0))
    // Whole hosts are read where their processors can be seen; their VMs bound them from below.
    const cpuSeconds = Decimal.max(siteCpuSeconds(vms), Decimal.min(hostSeconds, (siteVcpus * slotMs) / 1000))
    await sayMetered(tx, slot, vms, { siteId, siteCpuSeconds: cpuSeconds.toFixed(6), siteVcpus })
  }
}

function vmSlots(runs: readonly RunOf[], slot: Interval, used: (subject: string) => Decimal): VmSlot[] {
  const seconds = new Map<number, { run: RunOf; seconds: number }>()
  for (const run of runs) {
    const overlap = overlapSeconds(run, slot)
    if (overlap > 0) seconds.set(run.vmId, { run, seconds: (seconds.get(run.vmId)?.seconds ?? 0) + overlap })
  }
  return [...seconds.values()].map(({ run, seconds: running }) => ({
    vmId: run.vmId,
    accountId: run.accountId,
    hostId: run.hostId,
    vcpus: run.vcpus,
    cpuSeconds: used(`vm/${run.vmId}`),
    runningSeconds: new Decimal(running).toDecimalPlaces(3),
  }))
}

async function sayMetered(
  tx: Tx<Database>,
  slot: Interval,
  vms: readonly VmSlot[],
  site: { siteId: number; siteCpuSeconds: string; siteVcpus: number },
): Promise<void> {
  await emitAll(
    tx,
    vms.map(vm => ({
      type: 'vm.metered' as const,
      subjectId: vm.vmId,
      at: slot.to,
      data: {
        vmId: vm.vmId,
        accountId: vm.accountId,
        hostId: vm.hostId,
        from: slot.from.toISOString(),
        to: slot.to.toISOString(),
        cpuSeconds: vm.cpuSeconds.toFixed(6),
        runningSeconds: vm.runningSeconds.toFixed(3),
        vcpus: vm.vcpus,
        ...site,
      },
    })),
  )
}
