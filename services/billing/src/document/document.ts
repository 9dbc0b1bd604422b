import { type EnergySource, energySources, type Locale } from '@sahary/contracts/fields'
import type { Finalized, InvoiceLine } from '../invoice/invoice.ts'
import { amountText, sumOf } from '../money/money.ts'
import { dayOf } from '../period/period.ts'
import { type Energy, energySum } from '../rating/rating.ts'
import { className, currencyName, dayText, kindName, monthText, sourceName, unitName, wording } from './wording.ts'

/** `1234567.5` as `1,234,567.5`: Latin digits in both languages, as on Egypt's own tax documents. */
export const grouped = (decimal: string): string => {
  const [whole = '', fraction] = decimal.split('.')
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction ? `.${fraction}` : '')
}

const money = (minor: bigint): string => grouped(amountText(minor))
const wattHours = (energy: Energy): string => sumOf(energySources.map(source => energy[source]))

/** Whole per cent of each source, by largest remainder, so that they read 100 together. */
export function percents(energy: Energy): Record<EnergySource, number> {
  const milli = energySources.map(source => BigInt(Math.round(Number(energy[source]) * 1000)))
  const total = milli.reduce((a, b) => a + b, 0n)
  if (total === 0n) return { solar: 0, battery: 0, grid: 0, generator: 0 }
  const floors = milli.map(each => Number((each * 100n) / total))
  const order = milli
    .map((each, index) => ({ index, rest: (each * 100n) % total }))
    .sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))
  const left = 100 - floors.reduce((a, b) => a + b, 0)
  for (const { index } of order.slice(0, left)) floors[index]! += 1
  return Object.fromEntries(energySources.map((source, index) => [source, floors[index]!])) as Record<
    EnergySource,
    number
  >
}

/**
 * Everything the invoice template prints, as plain texts in one language. Numbers, dates and names are formatted here,
 * so that the template lays out and nothing else.
 */
export function documentOf(invoice: Finalized, lines: readonly InvoiceLine[], locale: Locale, taxNumber = '') {
  const say = wording[locale]
  const energy = energySum([{ solar: '0', battery: '0', grid: '0', generator: '0' }, ...lines.map(line => line.energy)])
  const lastDay = dayOf(new Date(invoice.period.to.getTime() - 1))
  return {
    locale,
    say,
    taxNumber,
    number: invoice.number,
    billedTo: invoice.billedTo,
    account: String(invoice.accountId),
    issued: dayText(dayOf(invoice.finalizedAt), locale),
    due: dayText(dayOf(new Date(invoice.dueAt.getTime() - 1)), locale),
    period: [dayText(dayOf(invoice.period.from), locale), dayText(lastDay, locale)],
    currency: currencyName(invoice.currency, locale),
    groups: groupsOf(lines, locale),
    net: money(invoice.netMinor),
    vatPercent: invoice.vatPercent,
    vat: money(invoice.vatMinor),
    total: money(invoice.totalMinor),
    energy: { total: grouped(wattHours(energy)), sources: sourcesOf(energy, locale) },
    issuedAt: dayOf(invoice.finalizedAt),
  }
}
export type InvoiceDocument = ReturnType<typeof documentOf>

/** One group per server and promise of power; corrections of earlier months are groups of their own, at the end. */
function groupsOf(lines: readonly InvoiceLine[], locale: Locale) {
  const groups = Map.groupBy(lines, line =>
    [line.adjusts?.key ?? '', line.vmId, line.supplyClass, line.vmType, line.priceListId].join(' '),
  )
  return [...groups.values()].map(group => {
    const { vmName, vmType, supplyClass, adjusts } = group[0]!
    const energy = energySum(group.map(line => line.energy))
    return {
      name: vmName,
      type: vmType,
      supply: className(supplyClass, locale),
      adjusts: adjusts && monthText(adjusts.key, locale),
      lines: group.map(line => ({
        item: kindName(line.kind, locale),
        quantity: grouped(line.quantity),
        unit: unitName(line.kind, locale),
        unitPrice: line.unitPrice,
        amount: money(line.netMinor),
      })),
      energy: { total: grouped(wattHours(energy)), sources: sourcesOf(energy, locale) },
    }
  })
}

function sourcesOf(energy: Energy, locale: Locale) {
  const shares = percents(energy)
  return energySources
    .filter(source => energy[source] !== '0')
    .map(source => ({
      source,
      name: sourceName(source, locale),
      wh: grouped(energy[source]),
      percent: shares[source],
      share: shares[source] === 0 ? '<1%' : `${shares[source]}%`,
    }))
}
