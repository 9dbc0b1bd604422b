import type { SaharyEvent } from '@sahary/contracts/events'
import type { Tx } from '@sahary/db/connect'
import { advisoryLock } from '@sahary/db/lock'
import type { Database } from '../app.ts'
import type { Telling } from '../feed/actions.ts'
import { inverterBack, powerNotice, siteNotice } from '../feed/from-solar.ts'
import { aboutOf, type Notice } from '../feed/notice.ts'
import { noticesOf } from '../feed/notices.ts'
import { isMachineEvent, type MachineEvent, machineAfter } from '../machine/machine.ts'
import { lockMachine, machinesAt, saveMachine } from '../machine/store.ts'
import { effectsOf } from './power.ts'
import { findInverter, lastStep, missInverter, type Step, saveStep } from './store.ts'

/**
 * What an event tells that cannot be read off it alone: it needs the VMs of a site, or what the site said before.
 * Null for an event that speaks for itself.
 */
export async function factsOf(tx: Tx<Database>, event: SaharyEvent): Promise<Telling[] | null> {
  if (event.type === 'power.level_changed') return stepTaken(tx, event)
  if (isMachineEvent(event)) return [...plainly(event), ...(await machineChanged(tx, event))]
  if (event.type === 'inverter.offline') {
    if (event.data.cause !== 'night') await missInverter(tx, event.data.inverterId)
    return plainly(event)
  }
  if (event.type === 'inverter.online') {
    const missed = await findInverter(tx, event.data.inverterId)
    return missed ? [tellingOf(inverterBack(event.data), event)] : []
  }
  return null
}

const tellingOf = (notice: Notice, event: SaharyEvent): Telling => ({
  notice,
  about: aboutOf(notice.audience),
  event,
})
/** A step and a VM that changes at the same moment must not pass each other unseen. */
const lockSite = (tx: Tx<Database>, siteId: number): Promise<void> => advisoryLock(tx, 'site', siteId)
const plainly = (event: SaharyEvent): Telling[] => noticesOf(event).map(notice => tellingOf(notice, event))

/** A step of a site's ladder: staff hear of the site, owners of their VMs. One that comes late is history to owners. */
async function stepTaken(tx: Tx<Database>, step: Step): Promise<Telling[]> {
  const staff = tellingOf(siteNotice(step.data), step)
  await lockSite(tx, step.data.siteId)
  if (!(await saveStep(tx, step))) return [staff]
  const { siteId, from, level, noticeEndsAt } = step.data
  const effects = effectsOf(await machinesAt(tx, siteId), from, level)
  return [staff, ...effects.map(effect => tellingOf(powerNotice(effect, noticeEndsAt), step))]
}

/**
 * A VM changed. When it was running before its site's last step but is heard of only now, the step was told without
 * it: its owner is told what the site's level means for this one VM.
 */
async function machineChanged(tx: Tx<Database>, event: MachineEvent): Promise<Telling[]> {
  await lockSite(tx, event.data.siteId)
  const step = await lastStep(tx, event.data.siteId)
  const known = await lockMachine(tx, event.data.vmId)
  const machine = machineAfter(event, known?.machine ?? null)
  const saved = await saveMachine(tx, machine, event.sequence)
  if (!saved || !machine.alive || known?.machine.alive || !step || step.time < event.time) return []
  const effects = effectsOf([machine], 'normal', step.data.level)
  return effects.map(effect => ({
    notice: powerNotice(effect, step.data.noticeEndsAt),
    about: `vm:${machine.vmId}`,
    event: step,
  }))
}
