import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { afterCard, type CardOutcome, type Intent, mayPay, type NewIntent, type Notice } from './intent.ts'
import type { Journal } from './journal.ts'

/** A card network as it stands behind its counter: intents that merchants open and payers pay. */
export type Network = {
  open(wanted: NewIntent, key: string): { intent: Intent } | 'key_reused'
  find(id: string): Intent | undefined
  findByCheckout(token: string): Intent | undefined
  /** Uses a card; an intent that can no longer be paid stays as it is. */
  pay(id: string, outcome: CardOutcome): Intent
  cancel(id: string): Intent
  refund(id: string): Intent
  close(): void
}

type Options = {
  journal: Journal
  publicUrl: string
  /** Tells the merchant, `copies` times over. */
  tell: (notice: Notice, copies: number) => void
  slowMs: number
}

type Kept = Intent & { token: string }

/** Opens the network with what it remembers; payments that were under way are carried on. */
export function openNetwork({ journal, publicUrl, tell, slowMs }: Options): Network {
  const intents = journal.under<Kept>('intent')
  const timers = new Set<NodeJS.Timeout>()
  const known = (id: string): Kept => {
    const intent = intents.get(id)
    if (!intent) throw new Error(`there is no intent ${id}`)
    return intent
  }
  const change = (id: string, changes: Partial<Intent>, copies = 1): Intent => {
    const intent = { ...known(id), ...changes }
    intents.put(id, intent)
    const notice = noticeOf(intent)
    if (notice) tell(notice, copies)
    if (intent.status === 'processing') settleLater(id)
    return shown(intent)
  }
  const settleLater = (id: string) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (known(id).status === 'processing') change(id, { status: 'succeeded' })
    }, slowMs)
    timers.add(timer)
  }
  for (const intent of intents.all()) if (intent.status === 'processing') settleLater(intent.id)
  const maybeShown = (intent: Kept | undefined) => intent && shown(intent)
  return {
    open: (wanted, key) => openIntent(journal, publicUrl, wanted, key),
    find: id => maybeShown(intents.get(id)),
    findByCheckout: token => maybeShown(intents.all().find(each => each.token === token)),
    pay: (id, outcome) =>
      mayPay(known(id)) ? change(id, afterCard(outcome), outcome === 'double_webhook' ? 2 : 1) : shown(known(id)),
    cancel: id => (mayPay(known(id)) ? change(id, { status: 'cancelled' }) : shown(known(id))),
    refund: id => (known(id).status === 'succeeded' ? change(id, { status: 'refunded' }) : shown(known(id))),
    close: () => {
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

/** A new intent, or the one that this key has opened before. */
function openIntent(journal: Journal, publicUrl: string, wanted: NewIntent, key: string) {
  const intents = journal.under<Kept>('intent')
  const keys = journal.under<{ id: string; hash: string }>('key')
  const hash = createHash('sha256').update(JSON.stringify(wanted)).digest('hex')
  const earlier = keys.get(key)
  const known = earlier && intents.get(earlier.id)
  if (known) return earlier.hash === hash ? { intent: shown(known) } : ('key_reused' as const)
  const id = `int_${randomUUID()}`
  const token = randomBytes(24).toString('base64url')
  const created = { status: 'open' as const, failureCode: null, createdAt: new Date().toISOString() }
  const intent = { ...wanted, id, token, ...created, checkoutUrl: `${publicUrl}/checkout/${token}` }
  intents.put(id, intent)
  keys.put(key, { id, hash })
  return { intent: shown(intent) }
}

const shown = ({ token: _secret, ...intent }: Intent & { token: string }): Intent => intent

function noticeOf(intent: Intent): Notice | null {
  const types = { succeeded: 'payment.succeeded', failed: 'payment.failed', refunded: 'payment.refunded' } as const
  const { id: intentId, reference, amountMinor, currency, failureCode, status } = intent
  if (status !== 'succeeded' && status !== 'failed' && status !== 'refunded') return null
  return {
    type: types[status],
    timestamp: new Date().toISOString(),
    data: { intentId, reference, amountMinor, currency, failureCode },
  }
}
