import type { Revoked } from '@sahary/auth/revoked'
import type { Verify } from '@sahary/auth/verify'
import { startConsumers } from '@sahary/bus/consumer'
import type { Handlers } from '@sahary/bus/handler'
import type { Bus } from '@sahary/bus/nats'
import { startRelay } from '@sahary/bus/relay'
import { hearRevocations } from '@sahary/bus/revocations'
import type { Clock } from '@sahary/clock/clock'
import { startJob } from '@sahary/clock/job'
import type { Connected } from '@sahary/db/connect'
import type { WithSpine } from '@sahary/db/spine'
import { isDraining } from '@sahary/http/drain'
import { createServer, type Server } from '@sahary/http/server'
import type { Logger } from '@sahary/observability/log'
import { createMetrics } from '@sahary/observability/metrics'
import { createClient } from '@sahary/payments/client'
import type { Disk } from 'flydrive'
import { type Kysely, sql } from 'kysely'
import { accountConsumers } from './account/consumers.ts'
import { openArchive } from './archive/actions.ts'
import type { Config } from './config.ts'
import { type Grace, markLate, monthCloser } from './invoice/jobs.ts'
import { invoiceRoutes } from './invoice/routes.ts'
import { settlePayments } from './payment/jobs.ts'
import type { PaymentProvider } from './payment/provider.ts'
import { paymentRoutes } from './payment/routes.ts'
import { billingZone, knowsCairo } from './period/period.ts'
import { priceRoutes } from './price/routes.ts'
import { openPrinter, type Printer } from './printing/actions.ts'
import { sandboxProvider } from './sandbox/actions.ts'
import type { Tables } from './tables.ts'
import { usageConsumers } from './usage/consumers.ts'

export type Database = WithSpine<Tables>

export type Deps = {
  db: Kysely<Database>
  clock: Clock
  logger: Logger
  verify: Verify
  provider: PaymentProvider
  printer: Printer
  /** Where documents are kept. */
  files: Disk
  /** Where people reach the portal. */
  publicUrl: string
  /** Our own tax registration number, for invoices. */
  taxNumber: string
  /** Until the end of which day after issue an invoice may be paid. */
  daysToPay: number
}

/** Billing's API; listens to nothing. */
export function createApp(deps: Deps): Server {
  const app = createServer({ service: 'billing', logger: deps.logger, verify: deps.verify })
  priceRoutes(app, deps)
  invoiceRoutes(app, deps)
  paymentRoutes(app, deps)
  return app
}

/** What billing does when it hears something. */
export const consumers: Handlers<Database> = {
  ...accountConsumers,
  ...usageConsumers,
}

/** Starts what billing does by itself: saying, hearing, and its jobs. Gives how to stop each. */
export function startWork(
  deps: Deps,
  wires: { pool: Connected<Database>['pool']; bus: Bus; revoked: Revoked; grace: Grace },
): (() => Promise<void>)[] {
  const { db, logger } = deps
  const { pool, bus, revoked, grace } = wires
  const service = 'billing'
  const job = (name: string, everyMs: number, run: (signal: AbortSignal) => Promise<unknown>) =>
    startJob({ name, everyMs, logger, run })
  return [
    startRelay({ db, pool, bus, service, logger }),
    startConsumers({ db, bus, service, logger, on: consumers }),
    hearRevocations({ bus, logger, revoked }),
    job('close months', 2000, monthCloser(deps, grace)),
    job('mark overdue', 5000, signal => markLate(deps, signal)),
    job('settle payments', 1000, signal => settlePayments(deps, undefined, signal)),
  ].map(work => work.stop)
}

/** Throws unless this process and the database both know Cairo's summer time: whoever does not must not bill. */
export async function refuseWrongCalendar(
  db: Kysely<Database>,
  { here = billingZone, there = billingZone }: { here?: string; there?: string } = {},
): Promise<void> {
  const { rows } = await sql<{ local: string }>`
    select to_char(timestamptz '2026-07-01T00:00:00Z' at time zone ${there}, 'HH24:MI') as local`.execute(db)
  if (!knowsCairo(here)) throw new Error('the calendar of this process does not know summer time in Cairo')
  if (rows[0]?.local !== '03:00') throw new Error('the calendar of the database does not know summer time in Cairo')
}

/** What billing reaches outside of the platform's own servers, as the settings say. */
export async function openOutside(
  config: Config,
): Promise<Pick<Deps, 'provider' | 'printer' | 'files' | 'publicUrl' | 'taxNumber' | 'daysToPay'>> {
  const client = createClient({ url: config.PAYMENTS_URL.replace(/\/$/, ''), apiKey: config.PAYMENTS_API_KEY })
  return {
    provider: sandboxProvider(client, config.PAYMENTS_WEBHOOK_SECRET),
    printer: openPrinter(),
    files: await openArchive(config.FILES_URL),
    publicUrl: config.PUBLIC_URL,
    taxNumber: config.SELLER_TAX_NUMBER,
    daysToPay: config.INVOICE_DAYS_TO_PAY,
  }
}

/** What the private port tells of this process. */
export function opsOf(app: Server, { db }: Pick<Deps, 'db'>) {
  const started = async () => (await sql`select from invoice limit 0`.execute(db)) !== undefined
  return {
    started,
    ready: async () => !isDraining(app) && (await started()),
    metrics: createMetrics('billing'),
    openapi: () => app.swagger(),
  }
}
