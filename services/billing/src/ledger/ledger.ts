/** Where money stands: what a customer owes, what a customer has paid beyond that, and our own accounts. */
export type LedgerAccount = 'receivable' | 'unapplied' | 'revenue' | 'vat_payable' | 'card_network'

/** Debits are positive, credits negative; the entries of one transaction sum to zero. */
export type Entry = { ledgerAccount: LedgerAccount; amountMinor: bigint }

const entries = (list: readonly [LedgerAccount, bigint][]): Entry[] =>
  list
    .filter(([, amountMinor]) => amountMinor !== 0n)
    .map(([ledgerAccount, amountMinor]) => ({ ledgerAccount, amountMinor }))

/** An invoice is issued: the customer owes the total, of which VAT is the state's. */
export const invoiceEntries = ({
  netMinor,
  vatMinor,
  totalMinor,
}: Record<'netMinor' | 'vatMinor' | 'totalMinor', bigint>) =>
  entries([
    ['receivable', totalMinor],
    ['revenue', -netMinor],
    ['vat_payable', -vatMinor],
  ])

/** Money came in for an invoice, or for one that had been paid already and then waits to go back. */
export const paymentEntries = (amountMinor: bigint, applied: boolean) =>
  entries([
    ['card_network', amountMinor],
    [applied ? 'receivable' : 'unapplied', -amountMinor],
  ])

/** Money that had come in for nothing went back. */
export const refundEntries = (amountMinor: bigint) =>
  entries([
    ['unapplied', amountMinor],
    ['card_network', -amountMinor],
  ])
