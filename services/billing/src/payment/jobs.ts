import { transaction } from '@sahary/db/transaction'
import type { Deps } from '../app.ts'
import { openCheckout } from './actions.ts'
import { applyTidings } from './outcome/actions.ts'
import type { Payment, Tidings } from './payment.ts'
import { takeUnsettled } from './store.ts'

/** After so long without a webhook the provider is asked. */
const silentMs = 60_000

type Needs = Pick<Deps, 'db' | 'clock' | 'logger' | 'provider' | 'publicUrl'>

/**
 * Closes checkouts that must not be paid any more, gives back what came twice, and asks about payments of which
 * nothing was heard. The provider is called outside any transaction and each call may be repeated, so that a turn
 * that is killed is simply done again. Gives how many payments moved.
 */
export async function settlePayments(needs: Needs, patienceMs = silentMs, signal?: AbortSignal): Promise<number> {
  let moved = 0
  const payments = await transaction(needs.db, tx => takeUnsettled(tx, patienceMs, 50))
  for (const payment of payments) {
    if (signal?.aborted) break
    try {
      const tidings = await tidingsOf(needs, payment)
      const decision =
        tidings && (await transaction(needs.db, tx => applyTidings(tx, payment, tidings, { at: needs.clock.now() })))
      if (decision && decision !== 'nothing') moved++
    } catch (error) {
      needs.logger.warn({ error, payment: payment.id }, 'the payment provider could not be asked')
    }
  }
  return moved
}

async function tidingsOf({ db, provider, publicUrl }: Needs, payment: Payment): Promise<Tidings | null> {
  const { providerRef, accountId, id: paymentId, amountMinor, currency } = payment
  if (providerRef === null) {
    // Nobody was ever shown a checkout of it. Opening it again finds what an earlier try may have left there.
    if (payment.status === 'opening') await openCheckout(db, provider, { accountId, paymentId, publicUrl })
    return payment.status === 'cancelling' ? { state: 'cancelled', amountMinor, currency, failureCode: null } : null
  }
  if (payment.status === 'cancelling') return provider.cancel(providerRef)
  return payment.status === 'refunding' ? provider.refund(providerRef) : provider.look(providerRef)
}
