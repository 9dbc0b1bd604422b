import type { Clock } from '@sahary/clock/clock'
import { type Job, startJob } from '@sahary/clock/job'
import { transaction } from '@sahary/db/transaction'
import type { Logger } from '@sahary/observability/log'
import type { Kysely } from 'kysely'
import type { Control } from '../account/store.ts'
import type { Database } from '../app.ts'
import type { Broker } from '../broker/store.ts'
import { formats, vendors } from '../format/formats.ts'
import { isSettled, lookAgain, type Ticks } from '../live/freshness.ts'
import { observe } from '../live/observe.ts'
import { loadSites } from '../live/store.ts'
import { notePresence } from './actions.ts'
import { accountCommands, credentialsOf, isDone, listCommand } from './credential.ts'
import { forgetAccounts, markAccount, speakingTo, withoutAccount } from './store.ts'

type Needs = { db: Kysely<Database>; clock: Clock; logger: Logger }

/** Says who came and who went. */
export async function judgePresence({ db, clock }: Pick<Needs, 'db' | 'clock'>): Promise<void> {
  // One moment for all of the turn: the clock may be set forward while it is under way.
  const [now, rate] = [clock.now(), clock.rate()]
  for (const site of await loadSites(db)) {
    for (const device of observe(site, now, rate).devices) {
      const { said, presence } = device
      if (said.online === presence.online && said.cause === presence.cause) continue
      await transaction(db, tx => notePresence(tx, { ...device, siteId: site.siteId }, presence, now))
    }
  }
}

/** Judges twice a second, but for the moments after the clock was set forward. */
export function startPresence({ db, clock, logger }: Needs): Job {
  let ticks: Ticks | undefined
  const run = async (): Promise<void> => {
    ticks = lookAgain(ticks, { realMs: performance.now(), businessMs: clock.now().getTime() }, clock.rate())
    if (isSettled(ticks)) await judgePresence({ db, clock })
  }
  return startJob({ name: 'presence', everyMs: 500, run, logger })
}

type Accounts = { db: Kysely<Database>; control: Control; deviceKey: string; logger: Logger }

/**
 * Makes the broker's accounts of devices that have none. The same commands may be sent twice: an account that is there
 * counts as made, and its password is set to the one that was shown.
 */
export async function makeAccounts({ db, control, deviceKey, logger }: Accounts): Promise<void> {
  for (const { inverterId, credentialVersion } of await withoutAccount(db, 100)) {
    const answers = await control(accountCommands(credentialsOf(deviceKey, inverterId, credentialVersion)))
    const failed = answers.find(answer => !isDone(answer))
    if (failed) logger.error({ inverterId, command: failed.command, reason: failed.error }, 'no account was made')
    else await markAccount(db, inverterId, credentialVersion)
  }
}

/** Compares our devices with the broker's accounts: one that has lost its store gets them all again. */
export async function compareAccounts({ db, control }: Pick<Accounts, 'db' | 'control'>): Promise<void> {
  const [answer] = await control([listCommand])
  if (answer?.data?.clients) await forgetAccounts(db, answer.data.clients)
}

/** A device that was just added can sign in within a second; after every connection the accounts are compared. */
export function startAccounts(needs: Accounts & { broker: Broker }): Job {
  let compared = false
  needs.broker.onConnect(() => {
    compared = false
  })
  const run = async (): Promise<void> => {
    if (!needs.broker.connected()) return
    if (!compared) {
      // Noted beforehand: a connection made meanwhile asks for another comparison.
      compared = true
      await compareAccounts(needs).catch((error: unknown) => {
        compared = false
        throw error
      })
    }
    await makeAccounts(needs)
  }
  return startJob({ name: 'accounts', everyMs: 500, run, logger: needs.logger })
}

/** Victron falls silent 60 s after the last keepalive; half of that leaves room for one that is lost. */
const keepaliveMs = 30_000

/**
 * Speaks to devices that fall silent unless spoken to: every 30 s while they speak, every 5 s while they do not, and
 * then asking for everything.
 */
export function startKeepalive({ db, broker, logger }: { db: Kysely<Database>; broker: Broker; logger: Logger }): Job {
  const told = new Map<number, number>()
  const wanting = vendors.filter(vendor => formats[vendor].keepalive)
  const job = startJob({
    name: 'keepalive',
    everyMs: 5000,
    run: async () => {
      if (!broker.connected()) return
      for (const { inverterId, vendor, serial, online } of await speakingTo(db, wanting)) {
        const last = told.get(inverterId)
        if (online && last !== undefined && performance.now() - last < keepaliveMs) continue
        const call = formats[vendor].keepalive?.(serial, !online || last === undefined)
        if (call) broker.tell(`devices/${inverterId}/${call.topic}`, call.payload)
        told.set(inverterId, performance.now())
      }
    },
    logger,
  })
  broker.onConnect(() => {
    told.clear()
    job.wake()
  })
  return job
}
