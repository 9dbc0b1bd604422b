import { taxOn } from '../money/money.ts'
import { dayOf, type Period, periodOf } from '../period/period.ts'
import { type PriceList, percentAt, type TaxRate } from '../price/price.ts'
import { type Energy, energySum, noEnergy, type RatedLine, rate, type Usage } from '../rating/rating.ts'

export type InvoiceLine = RatedLine & { vatMinor: bigint }

/** What an invoice says about money and energy, whether it is a draft or final: both come from `calculate`. */
export type Calculation = {
  period: Period
  currency: string
  lines: InvoiceLine[]
  netMinor: bigint
  vatPercent: string
  vatMinor: bigint
  totalMinor: bigint
  energy: Energy
  usageIds: bigint[]
}

/** When something becomes of an invoice or a payment, and in which request, where there is one. */
export type Occasion = { at: Date; requestId?: string | undefined }

/** All prices and rates of tax there have been, and the currency of the day. */
export type Tariff = { lists: readonly PriceList[]; vatRates: readonly TaxRate[]; currency: string }

/** The invoice that `usages` make for `period`. VAT is taken once, on the sum of the rounded lines. */
export function calculate(usages: readonly Usage[], period: Period, tariff: Tariff): Calculation {
  const rated = rate(usages, tariff.lists, period)
  const vatPercent = percentAt(tariff.vatRates, new Date(period.to.getTime() - 1))
  const vat = taxOn(
    rated.map(line => line.netMinor),
    vatPercent,
  )
  const netMinor = rated.reduce((sum, line) => sum + line.netMinor, 0n)
  return {
    period,
    currency: tariff.currency,
    lines: rated.map((line, index) => ({ ...line, vatMinor: vat.parts[index]! })),
    netMinor,
    vatPercent,
    vatMinor: vat.total,
    totalMinor: netMinor + vat.total,
    energy: energySum([noEnergy, ...rated.map(line => line.energy)]),
    usageIds: usages.flatMap(usage => usage.usageIds),
  }
}

/** The unbilled usage of one account that belongs on one invoice. */
export type OpenPeriod = { period: Period; usages: Usage[] }

/**
 * Sorts unbilled usage into the months it will be billed for, oldest first; the month of `now` is always there. Usage
 * of a month that is closed already becomes an adjustment on the month after the last closed one: a month that was
 * passed over without usage is opened for it, because the month of `now` is never over.
 */
export function openPeriods(usages: readonly Usage[], closed: ReadonlySet<number>, now: Date): OpenPeriod[] {
  const current = periodOf(now)
  const open = new Map<string, OpenPeriod>([[current.key, { period: current, usages: [] }]])
  const next = closed.size === 0 ? current : periodOf(periodOf(new Date(Math.max(...closed))).to)
  for (const usage of usages) {
    const own = periodOf(usage.from)
    const period = closed.has(own.from.getTime()) ? next : own
    const entry = open.get(period.key) ?? { period, usages: [] }
    entry.usages.push(usage)
    open.set(period.key, entry)
  }
  return [...open.values()].sort((a, b) => +a.period.from - +b.period.from)
}

/** The series that an invoice of this instant is numbered in: one per calendar year. */
export const seriesOf = (finalizedAt: Date): string => `INV-${dayOf(finalizedAt).year}`
export const numberOf = (series: string, count: number): string => `${series}-${String(count).padStart(6, '0')}`

export type InvoiceStatus = 'open' | 'overdue' | 'paid' | 'void'

/** An invoice that was issued. Only `status`, `paidAt` and `version` ever change. */
export type Finalized = {
  id: number
  accountId: number
  number: string
  status: InvoiceStatus
  period: Period
  billedTo: string
  currency: string
  netMinor: bigint
  vatPercent: string
  vatMinor: bigint
  totalMinor: bigint
  finalizedAt: Date
  dueAt: Date
  paidAt: Date | null
  version: number
}

/** True while money for it is still wanted. */
export const isPayable = ({ status }: Pick<Finalized, 'status'>): boolean => status === 'open' || status === 'overdue'

/** What becomes of a month that is over: nothing was used, what comes to nothing or a credit waits, or it is billed. */
export function outcomeOf({
  usageIds,
  lines,
  totalMinor,
}: Pick<Calculation, 'usageIds' | 'lines' | 'totalMinor'>): 'nothing' | 'carried' | 'billed' {
  if (usageIds.length === 0) return 'nothing'
  return lines.length === 0 || totalMinor < 0n ? 'carried' : 'billed'
}
