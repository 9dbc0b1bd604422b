import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  lateShare,
  type Metered,
  minusEnergy,
  noEnergy,
  plusEnergy,
  type Slot,
  shareSlot,
  totalEnergy,
} from './energy.ts'

const second = 1_000_000_000n
const wattHours = fc.bigInt({ min: 0n, max: 5_000_000n })
const slotOf = (bySource: Slot['bySource'], baseline: bigint): Slot => ({
  from: new Date('2026-11-20T10:00:00Z'),
  to: new Date('2026-11-20T10:05:00Z'),
  load: totalEnergy(bySource),
  baseline,
  bySource,
})
const slots = fc
  .tuple(wattHours, wattHours, wattHours, wattHours, wattHours)
  .map(([solar, battery, grid, generator, baseline]) => slotOf({ solar, battery, grid, generator }, baseline))
const meterings = fc
  .array(fc.record({ cpu: fc.bigInt({ min: 0n, max: 1200n * second }), vcpus: fc.integer({ min: 1, max: 8 }) }), {
    maxLength: 12,
  })
  .map(list =>
    list.map(
      ({ cpu, vcpus }, index): Metered => ({
        vmId: index + 1,
        cpu,
        running: 300n * second,
        vcpus,
        siteCpu: 2000n * second,
        siteVcpus: 32,
      }),
    ),
  )
const all = (shared: ReturnType<typeof shareSlot>) =>
  [...shared.vms.values(), shared.platform].reduce(plusEnergy, noEnergy)

describe('sharing a slot', () => {
  it('gives VMs and platform exactly what the meter measured, source by source', () => {
    fc.assert(
      fc.property(slots, meterings, (slot, vms) => {
        expect(all(shareSlot(slot, vms))).toEqual(slot.bySource)
      }),
    )
  })

  it('never gives a busy VM less than its idle twin, nor anybody less than nothing', () => {
    fc.assert(
      fc.property(slots, meterings, (slot, vms) => {
        const shared = shareSlot(slot, vms)
        for (const a of vms)
          for (const b of vms)
            if (a.vcpus === b.vcpus && a.cpu > b.cpu)
              expect(totalEnergy(shared.vms.get(a.vmId)!) >= totalEnergy(shared.vms.get(b.vmId)!)).toBe(true)
        for (const energy of [...shared.vms.values(), shared.platform])
          for (const value of Object.values(energy)) expect(value >= 0n).toBe(true)
      }),
    )
  })

  it('lets the last thousandth of a watt-hour fall to whoever worked more', () => {
    const slot = slotOf({ solar: 5n, battery: 0n, grid: 0n, generator: 0n }, 5n)
    const twin = { running: 300n * second, vcpus: 2, siteCpu: 2000n * second, siteVcpus: 6 }
    const { vms } = shareSlot(slot, [
      { vmId: 1, cpu: 0n, ...twin },
      { vmId: 2, cpu: 1n, ...twin },
      { vmId: 3, cpu: 0n, ...twin },
    ])
    expect([...vms].sort(([a], [b]) => a - b).map(([, energy]) => energy.solar)).toEqual([2n, 2n, 1n])
  })

  it('does not depend on the order in which the VMs are listed', () => {
    fc.assert(
      fc.property(slots, meterings, (slot, vms) => {
        expect(shareSlot(slot, [...vms].reverse())).toEqual(shareSlot(slot, vms))
      }),
    )
  })

  it('gives a busy VM more than its idle twin and leaves the rest to the platform', () => {
    const slot = slotOf({ solar: 30_000n, battery: 10_000n, grid: 0n, generator: 0n }, 20_000n)
    const twin = { running: 300n * second, vcpus: 1, siteCpu: 200n * second, siteVcpus: 4 }
    const { vms, platform } = shareSlot(slot, [
      { vmId: 1, cpu: 150n * second, ...twin },
      { vmId: 2, cpu: 10n * second, ...twin },
    ])
    // 20 Wh active × 150/200 + 20 Wh idle × 1/4; the idle twin 20 × 10/200 + 20 × 1/4.
    expect(totalEnergy(vms.get(1)!)).toBe(20_000n)
    expect(totalEnergy(vms.get(2)!)).toBe(6_000n)
    expect(totalEnergy(platform)).toBe(14_000n)
    expect(vms.get(1)).toEqual({ solar: 15_000n, battery: 5_000n, grid: 0n, generator: 0n })
  })

  it('gives everything to the platform when nothing ran, and nothing when nothing flowed', () => {
    const slot = slotOf({ solar: 1n, battery: 2n, grid: 3n, generator: 4n }, 0n)
    expect(shareSlot(slot, []).platform).toEqual(slot.bySource)
    expect(all(shareSlot(slotOf(noEnergy, 5n), []))).toEqual(noEnergy)
  })

  it('counts a VM that ran for a part of the slot for that part only', () => {
    const slot = slotOf({ solar: 4_000n, battery: 0n, grid: 0n, generator: 0n }, 4_000n)
    const half = { vmId: 1, cpu: 0n, running: 150n * second, vcpus: 1, siteCpu: 0n, siteVcpus: 1 }
    expect(shareSlot(slot, [half]).vms.get(1)!.solar).toBe(2_000n)
  })
})

describe('a VM that was metered late', () => {
  it('is served from the platform alone, so that the slot still sums to the meter', () => {
    fc.assert(
      fc.property(
        slots,
        meterings.filter(list => list.length > 0),
        (slot, vms) => {
          const late = vms.at(-1)!
          const first = shareSlot(slot, vms.slice(0, -1))
          const share = lateShare(slot, vms, late.vmId, first.platform)
          const platform = minusEnergy(first.platform, share)
          for (const value of [...Object.values(share), ...Object.values(platform)]) expect(value >= 0n).toBe(true)
          expect([...first.vms.values(), share, platform].reduce(plusEnergy, noEnergy)).toEqual(slot.bySource)
        },
      ),
    )
  })
})
