import type { EventType } from '@sahary/contracts/events'
import type { SpineTables } from '@sahary/db/spine'
import { transaction } from '@sahary/db/transaction'
import type { Logger } from '@sahary/observability/log'
import type { Kysely } from 'kysely'
import { createBell } from './bell.ts'
import { apply, type Handlers } from './handler.ts'
import { causeOf, failReplay, nextReplay, settleReplay } from './parked.ts'
import { readMessage } from './reading.ts'

type Replaying<DB extends SpineTables> = { db: Kysely<DB>; on: Handlers<DB>; logger: Logger; replayMs?: number }

/** Looks every few seconds whether an operator wants parked messages taken again, and takes them. */
export function startReplays<DB extends SpineTables>(
  replaying: Replaying<DB>,
  durables: readonly string[],
): { stop: () => Promise<void> } {
  const bell = createBell()
  let stopped = durables.length === 0
  const run = async (): Promise<void> => {
    let faults = 0
    while (!stopped) {
      let more = false
      try {
        more = await replayOne(replaying, durables)
        faults = 0
      } catch (error) {
        if (faults++ % 20 === 0) replaying.logger.warn({ err: error }, 'parked messages could not be looked at')
      }
      if (!more) await bell.wait(replaying.replayMs ?? 2_000)
    }
  }
  const running = run()
  return {
    stop: async () => {
      stopped = true
      bell.ring()
      await running
    },
  }
}

/** Takes one; its inbox row is there since it was parked, so the parked row itself is the guard. */
async function replayOne<DB extends SpineTables>(
  { db, on, logger }: Replaying<DB>,
  durables: readonly string[],
): Promise<boolean> {
  let id: bigint | undefined
  try {
    return await transaction(db, async tx => {
      const row = await nextReplay(tx, durables)
      if (!row) return false
      id = row.id
      const reading = readMessage(row.payload)
      if (reading.is !== 'event')
        throw new Error(reading.is === 'unknown' ? `unknown type ${reading.type}` : reading.cause.reason)
      if (!on[reading.event.type as EventType]) throw new Error(`no handler for ${reading.event.type}`)
      await apply(on, tx, [reading.event])
      await settleReplay(tx, row.id)
      return true
    })
  } catch (error) {
    if (id === undefined) throw error
    logger.warn({ err: error, parked: String(id) }, 'a parked message failed again')
    await failReplay(db, id, causeOf(error))
    return true
  }
}
