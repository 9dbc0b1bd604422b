import { emit } from '@sahary/bus/emit'
import type { EventData } from '@sahary/contracts/events'
import { audit } from '@sahary/db/audit'
import type { Tx } from '@sahary/db/connect'
import type { Kysely } from 'kysely'
import { lockAccount } from '../account/actions.ts'
import type { Account } from '../account/store.ts'
import type { Database } from '../app.ts'
import { post } from '../ledger/actions.ts'
import { invoiceEntries } from '../ledger/ledger.ts'
import { close, monthsClosed } from '../period/actions.ts'
import { endOfDayAfter } from '../period/period.ts'
import { tariffAt } from '../price/actions.ts'
import { calcVersion } from '../rating/rating.ts'
import { bill, usageToBill } from '../usage/actions.ts'
import {
  type Calculation,
  calculate,
  type Finalized,
  numberOf,
  type Occasion,
  openPeriods,
  outcomeOf,
  seriesOf,
} from './invoice.ts'
import { addInvoice, findInvoice, linesOf, markOverdue, markPaid, nextNumber } from './store.ts'

/** What each open month of an account comes to at this moment, oldest first; the last is the month of `now`. */
export async function drafts(db: Kysely<Database>, accountId: number, now: Date): Promise<Calculation[]> {
  const [usages, closed, tariff] = [
    await usageToBill(db, accountId),
    await monthsClosed(db, accountId),
    await tariffAt(db, now),
  ]
  return openPeriods(usages, closed, now).map(({ period, usages: rows }) => calculate(rows, period, tariff))
}

/** How long a month stays open after its end, and until the end of which day after issue its invoice may be paid. */
export type Terms = { graceMs: number; daysToPay: number }

/**
 * Closes the oldest month of an account that is over for `graceMs`, with an invoice when something was used. Gives the
 * month it closed, or null when there is none left (or another replica closed it meanwhile).
 */
export async function closeOldestMonth(
  tx: Tx<Database>,
  accountId: number,
  now: Date,
  { graceMs, daysToPay }: Terms,
): Promise<Calculation | null> {
  const account = await lockAccount(tx, accountId)
  if (!account) return null
  const ended = (await drafts(tx, accountId, now)).find(
    draft => draft.period.to.getTime() + graceMs <= now.getTime() && outcomeOf(draft) !== 'nothing',
  )
  if (!ended) return null
  const invoice = outcomeOf(ended) === 'billed' ? await finalize(tx, account, ended, { now, daysToPay }) : null
  await close(tx, accountId, ended.period, { invoiceId: invoice?.id ?? null, at: now })
  return ended
}

async function finalize(
  tx: Tx<Database>,
  account: Account,
  calculation: Calculation,
  { now, daysToPay }: { now: Date; daysToPay: number },
): Promise<Finalized> {
  const { accountId } = account
  const series = seriesOf(now)
  const free = calculation.totalMinor === 0n
  const invoice = await addInvoice(tx, {
    accountId,
    number: numberOf(series, await nextNumber(tx, series)),
    status: free ? 'paid' : 'open',
    billedTo: account.name,
    finalizedAt: now,
    dueAt: endOfDayAfter(now, daysToPay),
    paidAt: free ? now : null,
    calculation,
    calcVersion,
  })
  await bill(tx, invoice.id, calculation.usageIds)
  const { currency } = invoice
  await post(tx, {
    accountId,
    kind: 'invoice',
    referenceId: invoice.id,
    currency,
    at: now,
    entries: invoiceEntries(invoice),
  })
  await auditInvoice(tx, 'invoice.finalize', invoice, { at: now })
  await emit(tx, 'invoice.finalized', invoice.id, withDueDay(invoice), { at: now })
  if (free) await emit(tx, 'invoice.paid', invoice.id, { ...saidOf(invoice), paymentId: null }, { at: now })
  return invoice
}

const withDueDay = (invoice: Finalized) => ({ ...saidOf(invoice), dueAt: invoice.dueAt.toISOString() })

const auditInvoice = (tx: Tx<Database>, action: string, invoice: Finalized, occasion: Occasion): Promise<void> =>
  audit(tx, {
    ...occasion,
    actor: 'system',
    action,
    objectType: 'invoice',
    objectId: invoice.id,
    accountId: invoice.accountId,
    after: { number: invoice.number, status: invoice.status, totalMinor: String(invoice.totalMinor) },
  })

/** What events tell of an invoice. */
function saidOf(invoice: Finalized): Omit<EventData<'invoice.paid'>, 'paymentId'> {
  return {
    invoiceId: invoice.id,
    accountId: invoice.accountId,
    number: invoice.number,
    period: { from: invoice.period.from.toISOString(), to: invoice.period.to.toISOString() },
    currency: invoice.currency,
    netMinor: Number(invoice.netMinor),
    vatMinor: Number(invoice.vatMinor),
    totalMinor: Number(invoice.totalMinor),
  }
}

/** Turns an invoice paid, once: undefined when it does not wait for money. The account is locked by the caller. */
export async function settleInvoice(
  tx: Tx<Database>,
  invoiceId: number,
  paymentId: number,
  occasion: Occasion,
): Promise<Finalized | undefined> {
  const { at } = occasion
  const invoice = await markPaid(tx, invoiceId, paymentId, at)
  if (!invoice) return undefined
  await emit(tx, 'invoice.paid', invoice.id, { ...saidOf(invoice), paymentId }, { at })
  await auditInvoice(tx, 'invoice.pay', invoice, occasion)
  return invoice
}

/** Marks and says what is overdue; gives how many invoices. */
export async function noticeOverdue(tx: Tx<Database>, now: Date, limit: number): Promise<number> {
  const invoices = await markOverdue(tx, now, limit)
  for (const invoice of invoices) {
    await emit(tx, 'invoice.overdue', invoice.id, withDueDay(invoice), { at: now })
    await auditInvoice(tx, 'invoice.overdue', invoice, { at: now })
  }
  return invoices.length
}

/** An account's invoice as it stands. */
export const invoiceOf = findInvoice
/** The lines of an invoice that was issued, in order. */
export const linesOfInvoice = linesOf
