import { type ServiceName, streamOf } from '@sahary/contracts/services'
import { leaderLoop, type Term } from '@sahary/db/leader'
import type { SpineTables } from '@sahary/db/spine'
import type { Logger } from '@sahary/observability/log'
import type { Kysely } from 'kysely'
import type pg from 'pg'
import { type Bell, createBell, ringOnEmit } from './bell.ts'
import { type Floor, floorAfter, ground } from './floor.ts'
import { published, relayFaults, relayLeader, rollbacks } from './metrics.ts'
import type { Bus } from './nats.ts'
import { markPublished, type Placed, position, setPosition, unpublishBeyond, waiting } from './outbox.ts'
import { publishWave, wavesOf } from './publishing.ts'
import { type StreamSizes, streamConfig, streamInfo } from './streams.ts'
import { startUpkeep } from './upkeep.ts'

export type RelayOptions<DB extends SpineTables> = {
  db: Kysely<DB>
  pool: pg.Pool
  bus: Bus
  service: ServiceName
  logger: Logger
  /** Events published together. */
  batch?: number
  /** How often the outbox is looked at when nobody wakes the relay. */
  pollMs?: number
  /** For a stream that has to be made again. */
  sizes?: StreamSizes
}

type Relaying = Omit<RelayOptions<SpineTables>, 'batch' | 'pollMs'> & {
  batch: number
  pollMs: number
  bell: Bell
  term: Term
  /** The last sequence that the stream has acknowledged, and from where on rows may wait. */
  end: { highest: number; floor: Floor }
}

/**
 * Carries the outbox to the stream, for as long as this process leads its schema's relays. Gives `stop`, which
 * finishes the batch under way, and `wake`.
 */
export function startRelay<DB extends SpineTables>(
  options: RelayOptions<DB>,
): { stop: () => Promise<void>; wake: () => void } {
  const bell = createBell()
  const db = options.db as unknown as Kysely<SpineTables>
  const deafen = ringOnEmit(bell)
  const unfollow = options.bus.onChange(() => bell.ring())
  const leader = leaderLoop({
    pool: options.pool,
    name: 'relay',
    logger: options.logger,
    lead: async term => {
      relayLeader.set(1)
      term.signal.addEventListener('abort', bell.ring)
      const upkeep = startUpkeep(db, options.logger)
      try {
        await relay({
          ...options,
          db,
          batch: options.batch ?? 500,
          pollMs: options.pollMs ?? 100,
          bell,
          term,
          end: { highest: 0, floor: ground },
        })
      } finally {
        relayLeader.set(0)
        await upkeep.stop()
      }
    },
  })
  return {
    wake: bell.ring,
    stop: async () => {
      deafen()
      unfollow()
      bell.ring()
      await leader.stop()
    },
  }
}

/**
 * Turns that found something begin no sooner after each other, in milliseconds: reading and marking cost about the
 * same for one event as for twenty. An event after a quiet moment does not wait.
 */
const paceMs = 10
/** How often the floor is left alone: somebody may have asked for published events to be said again (`sayAgain`). */
const groundEveryMs = 5_000

async function relay(relaying: Relaying): Promise<void> {
  const { bus, bell, term, logger } = relaying
  let compared = false
  const unfollow = bus.onChange(() => {
    compared = false
  })
  const calm = createBell()
  term.signal.addEventListener('abort', calm.ring)
  let faults = 0
  let grounded = performance.now()
  while (!term.signal.aborted) {
    const started = performance.now()
    if (started - grounded >= groundEveryMs) {
      relaying.end.floor = ground
      grounded = started
    }
    try {
      if (bus.connected() && !compared) {
        compared = true
        await compare(relaying)
      }
      const outcome = bus.connected() ? await turn(relaying) : 'idle'
      faults = 0
      if (outcome === 'deposed') break
      const early = started + paceMs - performance.now()
      if (outcome === 'some' && early > 0) await calm.wait(early)
      else if (outcome === 'idle') await bell.wait(relaying.pollMs)
    } catch (error) {
      compared = false
      relayFaults.inc()
      if (faults++ % 20 === 0) logger.warn({ err: error }, 'the relay will try again')
      await calm.wait(Math.min(2_000, 50 * 2 ** Math.min(faults, 6)))
    }
  }
  unfollow()
}

/**
 * Finds out whether the stream still has what it acknowledged, and has the rest published again: after a crash
 * of its machine a stream may end earlier, be gone, or be another one of the same name.
 */
async function compare(relaying: Relaying): Promise<void> {
  const { db, bus, service, sizes } = relaying
  const { jsm } = await bus.line
  const config = streamConfig(service, sizes)
  const info = (await streamInfo(jsm, config.name)) ?? (await jsm.streams.add(config))
  const known = await position(db)
  const another = known.created !== null && known.created !== info.created
  const last = another ? 0 : info.state.last_seq
  if (another || known.highest > BigInt(last)) await rewind(relaying, last)
  await setPosition(db, last, info.created)
  relaying.end.highest = last
}

/** Has everything beyond sequence `last` of the stream published again. */
async function rewind({ db, service, logger, end }: Relaying, last: number): Promise<void> {
  end.floor = ground
  const rows = await unpublishBeyond(db, last)
  rollbacks.inc()
  logger.error({ stream: streamOf(service), last, rows }, 'the stream has lost events; they are published again')
}

async function turn(relaying: Relaying): Promise<'more' | 'some' | 'idle' | 'deposed'> {
  const { db, bus, service, batch, term, end } = relaying
  const rows = await waiting(db, batch, end.floor.below)
  if (rows.length === 0) return 'idle'
  const { nc } = await bus.line
  const before = end.highest
  for (const wave of wavesOf(rows)) {
    const answers = await publishWave(nc, service, wave)
    const placed = answers.filter((answer): answer is Placed => !(answer instanceof Error))
    const again = placed.filter(each => !each.duplicate && each.seq <= before).map(each => each.seq)
    if (again.length > 0) {
      // The stream went back and no connection broke, or broke unseen; the comparison that follows settles the rest.
      await rewind(relaying, Math.min(...again) - 1)
      throw new Error(`stream ${streamOf(service)} gave a sequence for the second time`)
    }
    if (placed.length > 0 && !(await markPublished(db, term.epoch, placed))) return 'deposed'
    end.highest = Math.max(end.highest, ...placed.map(each => each.seq))
    published.inc(placed.length)
    const failed = answers.find(answer => answer instanceof Error)
    if (failed) throw failed
  }
  end.floor = floorAfter(end.floor, rows, rows.length < batch)
  return rows.length === batch ? 'more' : 'some'
}
