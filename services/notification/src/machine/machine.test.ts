import { describe, expect, it } from 'vitest'
import { isMachineEvent, type MachineEvent, machineAfter } from './machine.ts'

const spec = { vmType: 's-1', supplyClass: 'solar_only', vcpus: 1, memoryMib: 512, diskGib: 10 } as const
const event = (type: MachineEvent['type'], reason = 'user') =>
  ({ type, data: { vmId: 42, accountId: 7, siteId: 1, hostId: 3, name: 'web-1', reason, spec } }) as MachineEvent

describe('a VM in the feed', () => {
  it('is alive from its creation until it stops', () => {
    const created = machineAfter(event('vm.created'), null)
    expect(created).toEqual({
      vmId: 42,
      accountId: 7,
      siteId: 1,
      name: 'web-1',
      supplyClass: 'solar_only',
      alive: true,
      shed: false,
    })
    expect(machineAfter(event('vm.stopped'), created)).toMatchObject({ alive: false, shed: false })
    expect(machineAfter(event('vm.failed'), created)).toMatchObject({ alive: false })
  })

  it('remembers that it was stopped for want of energy, until it runs again', () => {
    const shed = machineAfter(event('vm.stopped', 'energy'), null)
    expect(shed).toMatchObject({ alive: false, shed: true })
    expect(machineAfter(event('vm.resized'), shed)).toMatchObject({ alive: false, shed: true })
    expect(machineAfter(event('vm.started', 'energy'), shed)).toMatchObject({ alive: true, shed: false })
    expect(machineAfter(event('vm.deleted'), shed)).toMatchObject({ alive: false, shed: false })
  })

  it('stays alive when it is resized', () => {
    expect(machineAfter(event('vm.resized'), machineAfter(event('vm.started'), null)).alive).toBe(true)
    expect(machineAfter(event('vm.resized'), null).alive).toBe(false)
  })

  it('is not changed by its metering', () => {
    expect(isMachineEvent({ type: 'vm.metered' } as never)).toBe(false)
    expect(isMachineEvent(event('vm.started'))).toBe(true)
  })
})
