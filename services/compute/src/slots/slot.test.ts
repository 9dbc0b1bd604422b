import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  overlapSeconds,
  plausible,
  type Reading,
  siteCpuSeconds,
  slotMs,
  slotStart,
  slotsToClose,
  useBetween,
} from './slot.ts'

const zero = new Date('2026-11-20T10:00:00Z')
const at = (ms: number) => new Date(zero.getTime() + ms)
const reading = (businessMs: number, realMs: number, cpuMs: number, run = 'a'): Reading => ({
  run,
  cpuNs: BigInt(Math.round(cpuMs * 1e6)),
  realAt: at(realMs),
  businessAt: at(businessMs),
})
const total = (uses: { cpuSeconds: Decimal }[]) => uses.reduce((sum, use) => sum.add(use.cpuSeconds), new Decimal(0))

describe('use between two readings', () => {
  it('is busy share times business time, spread over the slots it touches', () => {
    const uses = useBetween(reading(0, 0, 0), reading(2.5 * slotMs, 1000, 500), 1)
    expect(uses.map(use => [use.slotFrom.getTime() - zero.getTime(), use.cpuSeconds.toString()])).toEqual([
      [0, '150'],
      [slotMs, '150'],
      [2 * slotMs, '75'],
    ])
  })

  it('sums to share times time, and never exceeds what its processors could give', () => {
    const span = fc.integer({ min: 1, max: 20 * slotMs })
    fc.assert(
      fc.property(
        span,
        span,
        fc.integer({ min: 0, max: 10_000_000 }),
        fc.integer({ min: 1, max: 4 }),
        (business, real, cpu, vcpus) => {
          const uses = useBetween(reading(0, 0, 0), reading(business, real, cpu), vcpus)
          const expected = Decimal.min(new Decimal(cpu).div(real), vcpus).mul(business).div(1000)
          expect(total(uses).minus(expected).abs().toNumber()).toBeLessThan(1e-4)
          expect(total(uses).toNumber()).toBeLessThanOrEqual((vcpus * business) / 1000 + 1e-4)
        },
      ),
    )
  })

  it('counts another run from nothing, and nothing when no time went by', () => {
    expect(total(useBetween(reading(0, 0, 90_000), reading(1000, 1000, 500, 'b'), 1)).toString()).toBe('0.5')
    expect(useBetween(reading(0, 0, 0), reading(0, 1000, 500), 1)).toEqual([])
    expect(useBetween(reading(0, 5, 0), reading(1000, 5, 500), 1)).toEqual([])
  })
})

describe('slots', () => {
  it('begin at five minutes and are closed when they are over, oldest first and some at a time', () => {
    expect(slotStart(at(slotMs + 1))).toEqual(at(slotMs))
    expect(slotsToClose(at(0), at(slotMs - 1), 9)).toEqual([])
    expect(slotsToClose(at(0), at(3 * slotMs), 2)).toEqual([
      { from: at(0), to: at(slotMs) },
      { from: at(slotMs), to: at(2 * slotMs) },
    ])
  })

  it('share time only where they meet', () => {
    expect(overlapSeconds({ from: at(0), to: at(2000) }, { from: at(1000), to: at(5000) })).toBe(1)
    expect(overlapSeconds({ from: at(0), to: at(1000) }, { from: at(1000), to: at(5000) })).toBe(0)
  })

  it('hold no use beyond the time a VM ran, and sum over the site', () => {
    const slot = {
      vmId: 1,
      accountId: 1,
      hostId: 1,
      vcpus: 2,
      cpuSeconds: new Decimal(50),
      runningSeconds: new Decimal(10),
    }
    expect(plausible(slot).cpuSeconds.toString()).toBe('20')
    expect(siteCpuSeconds([plausible(slot), { ...slot, cpuSeconds: new Decimal(1) }]).toString()).toBe('21')
  })
})
