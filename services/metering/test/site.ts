import type { EventData } from '@sahary/contracts/events'
import type { VmSpec } from '@sahary/contracts/vm'

/** Minutes after ten o'clock UTC on a certain Friday. */
export const at = (minutes: number): Date => new Date(Date.UTC(2026, 10, 20, 10) + minutes * 60_000)
export const text = (minutes: number): string => at(minutes).toISOString()

export const spec: VmSpec = { vmType: 's-1', supplyClass: 'solar_only', vcpus: 1, memoryMib: 512, diskGib: 10 }

type VmData = EventData<'vm.started'>
/** What compute tells of a VM of account 7 at site 1. */
export const vm = (vmId: number, more: Partial<VmData> = {}): VmData => ({
  vmId,
  accountId: 7,
  siteId: 1,
  hostId: 3,
  name: `web-${vmId}`,
  reason: 'user',
  spec,
  ...more,
})

/** A slot of five minutes: 40 Wh, half of it flowing anyway, three quarters of it sun. */
export const slot = (
  minutes: number,
  more: Partial<EventData<'energy.slot_closed'>> = {},
): EventData<'energy.slot_closed'> => ({
  siteId: 1,
  from: text(minutes),
  to: text(minutes + 5),
  loadWh: '40',
  baselineWh: '20',
  bySource: { solar: '30', battery: '10', grid: '0', generator: '0' },
  producedWh: '50',
  toBatteryWh: '20',
  toGridWh: '0',
  quality: 'measured',
  ...more,
})

/** What a VM did in a slot of a site with two processors that worked 200 s in all. */
export const metered = (
  vmId: number,
  minutes: number,
  cpuSeconds: string,
  runningSeconds = '300',
): EventData<'vm.metered'> => ({
  vmId,
  accountId: 7,
  siteId: 1,
  hostId: 3,
  from: text(minutes),
  to: text(minutes + 5),
  cpuSeconds,
  runningSeconds,
  vcpus: 1,
  siteCpuSeconds: '200',
  siteVcpus: 2,
})
