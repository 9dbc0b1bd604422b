import { levelRank, type PowerLevel, type SupplyClass, type Treatment, treatmentAt } from '@sahary/contracts/ladder'

/** A VM as the feed knows it. `alive` means it runs or is about to; `shed` that it was stopped for want of energy. */
export type Machine = {
  vmId: number
  accountId: number
  siteId: number
  name: string
  supplyClass: SupplyClass
  alive: boolean
  shed: boolean
}

/** What one step of a site's ladder means for the VMs of one account; names, in the order of the VMs' ids. */
export type Effects = {
  accountId: number
  /** Will be stopped when the notice ends, or now. */
  stops: string[]
  /** Keep running with less processor. */
  caps: string[]
  /** Keep running; the owner should know. */
  warns: string[]
  /** Were stopped for want of energy and will be started again. */
  restarts: string[]
  /** Run at full speed again. */
  lifts: string[]
}

type Effect = Exclude<keyof Effects, 'accountId'>
const hardship: readonly Treatment[] = ['runs', 'warned', 'capped', 'stopped']
const worse: Record<Treatment, Effect | null> = { runs: null, warned: 'warns', capped: 'caps', stopped: 'stops' }

/** What the step `from` → `to` changes for one VM, or null: only a change is worth a message. */
export function effectOn(machine: Machine, from: PowerLevel, to: PowerLevel): Effect | null {
  const before = treatmentAt(from, machine.supplyClass)
  const after = treatmentAt(to, machine.supplyClass)
  if (before === after) return null
  if (hardship.indexOf(after) > hardship.indexOf(before)) return machine.alive ? worse[after] : null
  if (before === 'stopped') return machine.shed ? 'restarts' : null
  return machine.alive && after === 'runs' ? 'lifts' : null
}

/** What a step of a site's ladder means, account by account; accounts that nothing changes for are absent. */
export function effectsOf(machines: readonly Machine[], from: PowerLevel, to: PowerLevel): Effects[] {
  const accounts = new Map<number, Effects>()
  for (const machine of [...machines].sort((one, other) => one.vmId - other.vmId)) {
    const effect = effectOn(machine, from, to)
    if (effect === null) continue
    const none = { stops: [], caps: [], warns: [], restarts: [], lifts: [] }
    const effects = accounts.get(machine.accountId) ?? { accountId: machine.accountId, ...none }
    effects[effect].push(machine.name)
    accounts.set(machine.accountId, effects)
  }
  return [...accounts.values()]
}

/** True when the step leads towards less power. */
export const isDescent = (from: PowerLevel, to: PowerLevel): boolean => levelRank(to) > levelRank(from)
