import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calculate, type Finalized } from '../invoice/invoice.ts'
import { draftView, linesView, summaryOf } from '../invoice/view.ts'
import { periodOf } from '../period/period.ts'
import { documentOf, grouped, percents } from './document.ts'
import { wording } from './wording.ts'

const prices = { vcpu: '0.18', memory: '0.07', disk: '0.0021' }
const list = {
  id: 1,
  code: 'EG-2026-1',
  currency: 'EGP',
  validFrom: new Date('2020-01-01T00:00:00Z'),
  prices: { solar_only: prices, battery_backed: prices, always_on: prices },
}
const usage = {
  usageIds: [1n],
  vmId: 42,
  vmName: 'web-1',
  vmType: 's-1',
  supplyClass: 'solar_only' as const,
  from: new Date('2026-11-10T10:00:00Z'),
  vcpuSeconds: '36000000',
  memoryMibSeconds: '0',
  diskGibSeconds: '0',
  energy: { solar: '1200.5', battery: '0.001', grid: '0', generator: '0' },
}
const november = periodOf(new Date('2026-11-10T10:00:00Z'))
const calculation = calculate([usage, { ...usage, usageIds: [2n], from: new Date('2026-10-10T10:00:00Z') }], november, {
  lists: [list],
  vatRates: [{ percent: '14', validFrom: new Date('2017-07-01T00:00:00Z') }],
  currency: 'EGP',
})
const invoice: Finalized = {
  id: 501,
  accountId: 7,
  number: 'INV-2026-000012',
  status: 'open',
  period: november,
  billedTo: 'منى السيد',
  currency: 'EGP',
  netMinor: calculation.netMinor,
  vatPercent: '14',
  vatMinor: calculation.vatMinor,
  totalMinor: calculation.totalMinor,
  finalizedAt: new Date('2026-12-01T04:00:00Z'),
  dueAt: new Date('2026-12-15T22:00:00Z'),
  paidAt: null,
  version: 1,
}

describe('a document', () => {
  it('says its dates by Cairo’s calendar and its amounts with separators, in both languages', () => {
    const arabic = documentOf(invoice, calculation.lines, 'ar')
    expect(arabic).toMatchObject({
      issued: '1 ديسمبر 2026',
      due: '15 ديسمبر 2026',
      period: ['1 نوفمبر 2026', '30 نوفمبر 2026'],
    })
    const english = documentOf(invoice, calculation.lines, 'en', '123')
    expect(english).toMatchObject({
      net: '3,600.00',
      vat: '504.00',
      total: '4,104.00',
      currency: 'EGP',
      taxNumber: '123',
    })
    expect(english.groups.map(group => [group.name, group.adjusts, group.lines[0]!.quantity])).toEqual([
      ['web-1', null, '10,000'],
      ['web-1', 'October 2026', '10,000'],
    ])
  })

  it('shows sources that gave something, and those that gave next to nothing as less than one per cent', () => {
    const { energy } = documentOf(invoice, calculation.lines, 'en')
    expect(energy.total).toBe('2,401.002')
    expect(energy.sources.map(each => [each.source, each.wh, each.share])).toEqual([
      ['solar', '2,401', '100%'],
      ['battery', '0.002', '<1%'],
    ])
  })

  it('has percentages that read a hundred together', () => {
    const milli = fc.nat({ max: 10_000_000 }).map(value => (value / 1000).toFixed(3))
    fc.assert(
      fc.property(milli, milli, milli, milli, (solar, battery, grid, generator) => {
        const sum = Object.values(percents({ solar, battery, grid, generator })).reduce((a, b) => a + b, 0)
        expect(sum).toBe([solar, battery, grid, generator].some(each => Number(each) > 0) ? 100 : 0)
      }),
    )
  })

  it('adds up for an accountant: each source over the servers, each server over its sources, and the API says the same', () => {
    const mwh = (text: string) => Math.round(Number(text.replaceAll(',', '')) * 1000)
    const sum = (texts: readonly string[]) => texts.reduce((total, text) => total + mwh(text), 0)
    const watts = fc.integer({ min: 0, max: 9_999_999 }).map(milli => (milli / 1000).toFixed(3))
    const energy = fc.record({ solar: watts, battery: watts, grid: watts, generator: watts })
    fc.assert(
      fc.property(fc.array(energy, { minLength: 1, maxLength: 6 }), energies => {
        const usages = energies.map((each, at) => ({
          ...usage,
          usageIds: [BigInt(at)],
          vmId: 40 + (at % 3),
          energy: each,
        }))
        const tariff = { lists: [list], vatRates: [{ percent: '14', validFrom: list.validFrom }], currency: 'EGP' }
        const month = calculate(usages, november, tariff)
        const { groups, energy: receipt } = documentOf(invoice, month.lines, 'en')
        for (const group of groups) expect(sum(group.energy.sources.map(({ wh }) => wh))).toBe(mwh(group.energy.total))
        expect(sum(groups.map(group => group.energy.total))).toBe(mwh(receipt.total))
        for (const { source, wh } of receipt.sources) {
          const printed = groups.flatMap(group => group.energy.sources).filter(each => each.source === source)
          expect(sum(printed.map(each => each.wh))).toBe(mwh(wh))
        }
        const draft = draftView(month, 'en')
        for (const source of ['solar', 'battery', 'grid', 'generator'] as const) {
          expect(sum(draft.lines.map(line => line.energyWh[source]))).toBe(mwh(draft.energyWh[source]))
          expect(mwh(draft.energyWh[source])).toBe(sum(energies.map(each => each[source])))
        }
      }),
    )
  })

  it('groups digits of whole units only', () => {
    expect(['0.5', '999', '1000', '-1234567.891'].map(grouped)).toEqual(['0.5', '999', '1,000', '-1,234,567.891'])
  })

  it('has the same words in both languages', () => {
    expect(Object.keys(wording.ar)).toEqual(Object.keys(wording.en))
  })
})

describe('an invoice on the screen', () => {
  it('shows a final one and a draft by the same lines', () => {
    expect(summaryOf(invoice)).toMatchObject({
      id: 501,
      status: 'due',
      month: '2026-11',
      totalMinor: 410400,
      payable: true,
    })
    expect(summaryOf({ ...invoice, status: 'paid', paidAt: invoice.finalizedAt })).toMatchObject({
      status: 'paid',
      payable: false,
    })
    const draft = draftView(calculation, 'ar')
    expect(draft).toMatchObject({ status: 'draft', number: null, totalMinor: 410400, energyWh: { solar: '2401' } })
    expect(draft.lines).toEqual(linesView(calculation.lines, 'ar'))
    expect(draft.lines.map(line => [line.description, line.unit, line.adjusts])).toEqual([
      ['معالج', 'vcpu_hour', null],
      ['معالج', 'vcpu_hour', '2026-10'],
    ])
  })
})
