import { Currency, Decimal, EnergyBySource, Id, Instant, type Locale, Minor, Span } from '@sahary/contracts/fields'
import { SupplyClass } from '@sahary/contracts/ladder'
import { z } from 'zod'
import { kindName } from '../document/wording.ts'
import { kinds } from '../price/price.ts'
import { type Calculation, type Finalized, type InvoiceLine, isPayable } from './invoice.ts'

const Line = z.object({
  position: z.int().positive(),
  vmId: Id,
  vmName: z.string(),
  vmType: z.string(),
  supplyClass: SupplyClass,
  kind: z.enum(kinds),
  description: z.string(),
  quantity: Decimal,
  unit: z.enum(['vcpu_hour', 'gib_hour']),
  unitPrice: Decimal.describe('In whole units of the currency.'),
  amountMinor: Minor.describe('quantity × unitPrice, rounded once, half away from zero; without VAT.'),
  vatMinor: Minor,
  energyWh: EnergyBySource,
  adjusts: z.string().nullable().describe('The month that this line corrects, such as 2026-10.'),
  trace: z.object({
    rule: z.string(),
    seconds: z.string(),
    divisor: z.number(),
    priceList: z.string(),
    records: z.number(),
  }),
})

const sums = {
  currency: Currency,
  netMinor: Minor,
  vatPercent: Decimal,
  vatMinor: Minor,
  totalMinor: Minor,
  energyWh: EnergyBySource,
}

export const InvoiceSummary = z.object({
  id: Id,
  number: z.string(),
  status: z.enum(['due', 'overdue', 'paid', 'voided']),
  month: z.string(),
  period: Span,
  currency: Currency,
  netMinor: Minor,
  vatPercent: Decimal,
  vatMinor: Minor,
  totalMinor: Minor,
  issuedAt: Instant,
  dueAt: Instant,
  paidAt: Instant.nullable(),
  payable: z.boolean(),
})
export const InvoiceDetail = InvoiceSummary.extend({ energyWh: EnergyBySource, lines: z.array(Line) })

export const Draft = z.object({
  id: z.null(),
  number: z.null(),
  status: z.literal('draft'),
  month: z.string(),
  period: Span,
  ...sums,
  lines: z.array(Line),
})

const statuses = { open: 'due', overdue: 'overdue', paid: 'paid', void: 'voided' } as const

const spanOf = ({ from, to }: { from: Date; to: Date }) => ({ from: from.toISOString(), to: to.toISOString() })

export const summaryOf = (invoice: Finalized): z.infer<typeof InvoiceSummary> => ({
  id: invoice.id,
  number: invoice.number,
  status: statuses[invoice.status],
  month: invoice.period.key,
  period: spanOf(invoice.period),
  currency: invoice.currency,
  netMinor: Number(invoice.netMinor),
  vatPercent: invoice.vatPercent,
  vatMinor: Number(invoice.vatMinor),
  totalMinor: Number(invoice.totalMinor),
  issuedAt: invoice.finalizedAt.toISOString(),
  dueAt: invoice.dueAt.toISOString(),
  paidAt: invoice.paidAt?.toISOString() ?? null,
  payable: isPayable(invoice),
})

/** Lines in the reader's language. */
export const linesView = (lines: readonly InvoiceLine[], locale: Locale): z.infer<typeof Line>[] =>
  lines.map((line, index) => ({
    position: index + 1,
    vmId: line.vmId,
    vmName: line.vmName,
    vmType: line.vmType,
    supplyClass: line.supplyClass,
    kind: line.kind,
    description: kindName(line.kind, locale),
    quantity: line.quantity,
    unit: line.kind === 'vcpu' ? 'vcpu_hour' : 'gib_hour',
    unitPrice: line.unitPrice,
    amountMinor: Number(line.netMinor),
    vatMinor: Number(line.vatMinor),
    energyWh: line.energy,
    adjusts: line.adjusts?.key ?? null,
    trace: line.trace,
  }))

export const draftView = (draft: Calculation, locale: Locale): z.infer<typeof Draft> => ({
  id: null,
  number: null,
  status: 'draft',
  month: draft.period.key,
  period: spanOf(draft.period),
  currency: draft.currency,
  netMinor: Number(draft.netMinor),
  vatPercent: draft.vatPercent,
  vatMinor: Number(draft.vatMinor),
  totalMinor: Number(draft.totalMinor),
  energyWh: draft.energy,
  lines: linesView(draft.lines, locale),
})
