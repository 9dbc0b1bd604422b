import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calculate, numberOf, openPeriods, seriesOf } from '../invoice/invoice.ts'
import { sumOf } from '../money/money.ts'
import { periodOf } from '../period/period.ts'
import { listAt, type PriceList } from '../price/price.ts'
import { rate, type Usage } from './rating.ts'

const byKind = { vcpu: '0.18', memory: '0.07', disk: '0.0021' }
const list: PriceList = {
  id: 1,
  code: 'EG-2026-1',
  currency: 'EGP',
  validFrom: new Date('2020-01-01T00:00:00Z'),
  prices: { solar_only: byKind, battery_backed: { ...byKind, vcpu: '0.31' }, always_on: { ...byKind, vcpu: '0.52' } },
}
const dearer: PriceList = { ...list, id: 2, code: 'EG-2026-2', validFrom: new Date('2026-11-20T00:00:00Z') }
const november = periodOf(new Date('2026-11-15T00:00:00Z'))
const tariff = {
  lists: [list],
  vatRates: [{ percent: '14', validFrom: new Date('2017-07-01T00:00:00Z') }],
  currency: 'EGP',
}

const usage = (usageId: number, hours: number, more: Partial<Usage> = {}): Usage => ({
  usageIds: [BigInt(usageId)],
  vmId: 42,
  vmName: 'web-1',
  vmType: 's-1',
  supplyClass: 'solar_only',
  from: new Date('2026-11-10T10:00:00Z'),
  vcpuSeconds: String(hours * 3600),
  memoryMibSeconds: String(hours * 3600 * 512),
  diskGibSeconds: String(hours * 3600 * 10),
  energy: { solar: '0.412', battery: '0.131', grid: '0', generator: '0' },
  ...more,
})

describe('rating', () => {
  it('makes a line per kind, each of which is quantity × unit price', () => {
    const lines = rate([usage(1, 1), usage(2, 1)], [list], november)
    expect(lines.map(line => [line.kind, line.quantity, line.unitPrice, line.netMinor])).toEqual([
      ['vcpu', '2', '0.18', 36n],
      ['memory', '1', '0.07', 7n],
      ['disk', '20', '0.0021', 4n],
    ])
    expect(lines[0]!.energy).toEqual({ solar: '0.824', battery: '0.262', grid: '0', generator: '0' })
    expect(lines[0]!.trace).toEqual({
      rule: 'vcpu_seconds / 3600',
      seconds: '7200',
      divisor: 3600,
      priceList: 'EG-2026-1',
      records: 2,
    })
  })

  it('does not depend on how an hour was cut nor on the order of records', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 3_600_000 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(cuts, parts => {
        const of = (ms: number, usageId: number) => {
          const seconds = (size: number) => sumOf([String((ms * size) / 1000)])
          return usage(usageId, 0, {
            vcpuSeconds: seconds(1),
            memoryMibSeconds: seconds(512),
            diskGibSeconds: seconds(10),
          })
        }
        const energyless = (each: Usage): Usage => ({
          ...each,
          energy: { solar: '0', battery: '0', grid: '0', generator: '0' },
        })
        const whole = rate(
          [
            energyless(
              of(
                parts.reduce((a, b) => a + b, 0),
                1,
              ),
            ),
          ],
          [list],
          november,
        )
        const cut = rate(parts.map((ms, index) => energyless(of(ms, index + 1))).reverse(), [list], november)
        const plain = (lines: typeof cut) => lines.map(({ trace: _trace, ...line }) => line)
        expect(plain(cut)).toEqual(plain(whole))
      }),
    )
  })

  it('keeps price versions apart', () => {
    const late = usage(2, 1, { from: new Date('2026-11-20T00:00:00Z') })
    const lines = rate([usage(1, 1), late], [list, dearer], november)
    expect(lines.filter(line => line.kind === 'vcpu').map(line => line.priceListId)).toEqual([1, 2])
    expect(() => listAt([dearer], new Date('2026-11-19T23:59:59Z'))).toThrow('no price list')
  })

  it('names the month that late usage corrects, and lets a correction be a credit', () => {
    const october = {
      from: new Date('2026-10-20T10:00:00Z'),
      vcpuSeconds: '-600',
      memoryMibSeconds: '0',
      diskGibSeconds: '0',
    }
    const lines = rate([usage(1, 1), usage(2, 0, october)], [list], november)
    const correction = lines.at(-1)!
    expect([correction.adjusts?.key, correction.quantity, correction.netMinor]).toEqual(['2026-10', '-0.16667', -3n])
  })

  it('keeps a line for energy that came late, though it costs nothing', () => {
    const october = {
      from: new Date('2026-10-20T10:00:00Z'),
      vcpuSeconds: '0',
      memoryMibSeconds: '0',
      diskGibSeconds: '0',
    }
    const lines = rate([usage(1, 0, october)], [list], november)
    expect(lines.map(line => [line.kind, line.netMinor, line.energy.solar])).toEqual([['vcpu', 0n, '0.412']])
  })
})

describe('an invoice', () => {
  const usages = fc.array(
    fc.record({
      vmId: fc.integer({ min: 1, max: 5 }),
      hour: fc.nat({ max: 700 }),
      ms: fc.integer({ min: 0, max: 3_600_000 }),
      solar: fc.nat({ max: 10_000 }),
    }),
    { maxLength: 40 },
  )

  it('is the sum of its lines to the piastre, and its energy is the sum of its usage', () => {
    fc.assert(
      fc.property(usages, list => {
        const rows = list.map(({ vmId, hour, ms, solar }, index) => {
          const from = new Date(Date.parse('2026-11-01T00:00:00Z') + hour * 3_600_000)
          const energy = { solar: sumOf([String(solar / 1000)]), battery: '0', grid: '0', generator: '0' }
          return usage(index + 1, 0, { vmId, from, vcpuSeconds: String(ms / 1000), energy })
        })
        const invoice = calculate(rows, november, tariff)
        const sum = (values: bigint[]) => values.reduce((a, b) => a + b, 0n)
        expect(sum(invoice.lines.map(line => line.netMinor))).toBe(invoice.netMinor)
        expect(sum(invoice.lines.map(line => line.vatMinor))).toBe(invoice.vatMinor)
        expect(invoice.totalMinor).toBe(invoice.netMinor + invoice.vatMinor)
        expect(invoice.energy.solar).toBe(sumOf(rows.map(row => row.energy.solar)))
      }),
    )
  })

  it('takes the rate of tax of the month’s last moment', () => {
    const vatRates = [...tariff.vatRates, { percent: '15', validFrom: november.to }]
    expect(calculate([usage(1, 1)], november, { ...tariff, vatRates }).vatPercent).toBe('14')
    expect(calculate([usage(1, 1)], periodOf(november.to), { ...tariff, vatRates }).vatPercent).toBe('15')
    expect(() => calculate([], november, { ...tariff, vatRates: [] })).toThrow('no rate of VAT')
  })

  it('puts usage of a closed month on the month after the last closed one', () => {
    const now = new Date('2027-02-02T00:00:00Z')
    const from = (usageId: number, day: string) => usage(usageId, 1, { from: new Date(`${day}T10:00:00Z`) })
    const rows = [from(1, '2026-10-20'), from(2, '2026-09-20'), from(3, '2026-11-20'), from(4, '2027-02-01')]
    const closed = new Set(['2026-10-01', '2026-11-20'].map(day => +periodOf(new Date(day)).from))
    expect(openPeriods(rows, closed, now).map(each => [each.period.key, each.usages.map(row => row.usageIds)])).toEqual(
      [
        ['2026-09', [[2n]]],
        ['2026-12', [[1n], [3n]]],
        ['2027-02', [[4n]]],
      ],
    )
    expect(openPeriods([], new Set(), now).map(each => each.period.key)).toEqual(['2027-02'])
  })

  it('is numbered in the series of Cairo’s year', () => {
    expect(seriesOf(new Date('2026-12-31T22:30:00Z'))).toBe('INV-2027')
    expect(numberOf('INV-2026', 12)).toBe('INV-2026-000012')
  })
})
