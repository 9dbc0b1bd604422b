import type { EventData } from '@sahary/contracts/events'

/** An hour's record of a VM of account 7, with one vCPU, half a GiB and ten GiB of disk. */
export function usage(
  usageId: number,
  from: string,
  more: Partial<EventData<'usage.recorded'>> = {},
): EventData<'usage.recorded'> {
  return {
    usageId,
    accountId: 7,
    vmId: 42,
    vmName: 'web-1',
    siteId: 1,
    spec: { vmType: 's-1', supplyClass: 'solar_only', vcpus: 1, memoryMib: 512, diskGib: 10 },
    from,
    to: new Date(Date.parse(from) + 3_600_000).toISOString(),
    runningSeconds: '3600',
    vcpuSeconds: '3600',
    memoryMibSeconds: '1843200',
    diskGibSeconds: '36000',
    shedSeconds: '0',
    energyWh: { solar: '0.412', battery: '0.131', grid: '0', generator: '0' },
    ...more,
  }
}

export const account = (accountId = 7): EventData<'account.created'> => ({
  accountId,
  ownerUserId: 11,
  name: 'منى السيد',
  locale: 'ar',
})
