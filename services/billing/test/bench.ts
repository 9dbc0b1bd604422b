import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRevoked } from '@sahary/auth/revoked'
import { apply, type Handlers } from '@sahary/bus/handler'
import { openBus } from '@sahary/bus/nats'
import { fixedClock } from '@sahary/clock/clock'
import type { EventData, EventType, SaharyEvent } from '@sahary/contracts/events'
import { transaction } from '@sahary/db/transaction'
import { drain } from '@sahary/http/drain'
import { createLogger } from '@sahary/observability/log'
import { createApp as createNetworkApp } from '@sahary/payments/app'
import { createClient } from '@sahary/payments/client'
import { openDeliveries } from '@sahary/payments/deliveries'
import { openJournal } from '@sahary/payments/journal'
import { openNetwork } from '@sahary/payments/network'
import type { TestNats } from '@sahary/testing/nats'
import { testDatabase } from '@sahary/testing/postgres'
import { bearer, testVerifier } from '@sahary/testing/principal'
import { heard } from '@sahary/testing/say'
import { sql } from 'kysely'
import { consumers, createApp, type Database, startWork } from '../src/app.ts'
import { openArchive } from '../src/archive/actions.ts'
import { openCheckout } from '../src/payment/actions.ts'
import { openPrinter } from '../src/printing/actions.ts'
import { sandboxProvider } from '../src/sandbox/actions.ts'
import { freePort } from './port.ts'

const logger = createLogger({ service: 'billing', level: 'silent' })
export const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
const apiKey = 'a-key-for-tests-only'
export const threeHoursMs = 3 * 3_600_000

/** Billing on a database of its own, beside a card network of its own, under a clock that stands until it is told. */
export async function billingBench() {
  const database = await testDatabase<Database>('billing')
  const folder = mkdtempSync(join(tmpdir(), 'sahary-billing-'))
  const clock = fixedClock('2026-11-20T10:00:00Z')
  const network = await openCardNetwork(folder)
  const deps = {
    db: database.db,
    clock,
    logger,
    verify: testVerifier(),
    provider: sandboxProvider(createClient({ url: network.url, apiKey, timeoutMs: 1000 }), secret),
    printer: openPrinter(),
    files: await openArchive(`file://${folder}/files`),
    publicUrl: 'http://portal.test',
    taxNumber: '123-456-789',
    daysToPay: 14,
  }
  const app = createApp(deps)
  const billingUrl = await app.listen({ host: '127.0.0.1', port: 0 })
  network.tellAt(`${billingUrl}/webhooks/payments/sandbox`)
  const revoked = createRevoked()
  const stops: (() => Promise<void>)[] = []
  return {
    ...database,
    deps,
    clock,
    app,
    network,
    folder,
    /** Applies an event as if it had just been heard. */
    hear: async <T extends EventType>(type: T, data: EventData<T>) => {
      const event = { type, data, time: clock.now().toISOString() } as unknown as SaharyEvent<T>
      await transaction(database.db, tx => apply(consumers as Handlers<Database>, tx, [event]))
    },
    get: async (url: string, accountId = 7) => app.inject({ url, headers: await bearer({ accountId, locale: 'en' }) }),
    pay: async (invoiceId: number, key: string, accountId = 7) =>
      app.inject({
        method: 'POST',
        url: `/api/customer/invoices/${invoiceId}/payments`,
        headers: { ...(await bearer({ accountId })), 'idempotency-key': key },
        payload: { method: { type: 'checkout' } },
      }),
    /** Another payment of an invoice, as there are from when each try opened a checkout of its own. */
    beginAnother: async (invoiceId: number): Promise<number> => {
      const { db, provider, publicUrl } = deps
      const { rows } = await database.pool.query(
        `insert into payment (invoice_id, account_id, amount_minor, currency, provider, return_path, status, created_at)
         select id, account_id, total_minor, currency, $2, '/customer', 'opening', $3 from invoice where id = $1
         returning id, account_id`,
        [invoiceId, provider.name, clock.now()],
      )
      const [paymentId, accountId] = [Number(rows[0].id), Number(rows[0].account_id)]
      await openCheckout(db, provider, { accountId, paymentId, publicUrl })
      return paymentId
    },
    /** Starts a replica that says, hears and works by itself. */
    start: async (nats: TestNats) => {
      const bus = await openBus(nats.urlOf('billing'), { service: 'billing', logger })
      const grace = { graceMs: threeHoursMs, realMs: 0 }
      const work = startWork(deps, { pool: database.pool, bus, revoked, grace })
      const stop = async () => {
        for (const end of work) await end()
        await bus.close()
      }
      stops.push(stop)
      return stop
    },
    said: async (type?: string) => (await heard(database.db)).filter(each => type === undefined || each.type === type),
    /** Sum of each ledger account; all of them together are nothing. */
    balances: async (): Promise<Record<string, bigint>> => {
      const { rows } = await sql<{ name: string; sum: string }>`
        select ledger_account as name, sum(amount_minor) as sum from ledger_entry group by 1`.execute(database.db)
      return Object.fromEntries(rows.map(row => [row.name, BigInt(row.sum)]))
    },
    close: async () => {
      for (const stop of stops) await stop()
      await drain(app, 2_000)
      await network.close()
      await deps.printer.close()
      await database.close()
      rmSync(folder, { recursive: true })
    },
  }
}
export type Bench = Awaited<ReturnType<typeof billingBench>>

/** The card network, in this process, speaking HTTP. */
async function openCardNetwork(folder: string) {
  const journal = openJournal(join(folder, 'network.jsonl'))
  let deliveries: ReturnType<typeof openDeliveries> | undefined
  let silent = false
  const tell: ReturnType<typeof openDeliveries>['tell'] = (notice, copies) => silent || deliveries?.tell(notice, copies)
  // Intents carry the address, so it has to be known before anything listens.
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const network = openNetwork({ journal, tell, slowMs: 50, publicUrl: url })
  const app = createNetworkApp({ network, apiKey })
  await app.listen({ host: '127.0.0.1', port })
  return {
    url,
    tellAt: (webhookUrl: string) => {
      deliveries = openDeliveries({ journal, url: webhookUrl, secret })
    },
    /** Loses every notice from now on, as an outage would. */
    hush: () => {
      silent = true
    },
    useCard: (checkoutUrl: string, card = '4242424242424242') =>
      fetch(checkoutUrl, {
        method: 'POST',
        body: new URLSearchParams({ card }),
        redirect: 'manual',
      }),
    close: async () => {
      await app.close()
      deliveries?.close()
      network.close()
      journal.close()
    },
  }
}
