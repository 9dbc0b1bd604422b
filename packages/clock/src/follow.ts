import type { Logger } from '@sahary/observability/log'
import type { NatsConnection } from 'nats'
import { businessClock, type Clock, type ClockState, realClock } from './clock.ts'

/** Where the clock's keeper is asked, and where it tells of changes. */
export const clockSubjects = { get: 'control.clock.get', changed: 'control.clock' } as const

/**
 * The business clock of a service. `real` is real time and needs nobody. `simulated` asks the keeper over the bus (or a
 * connection), again and again until it answers, and then follows every change it tells of.
 */
export async function followClock(
  line: NatsConnection | { connection(): Promise<NatsConnection> },
  mode: 'real' | 'simulated',
  logger: Logger,
): Promise<Clock> {
  // A service whose time is real starts without NATS.
  if (mode === 'real') return realClock
  const nc = 'connection' in line ? await line.connection() : line
  // Subscribed before asking, so that a change between the two is not missed.
  const changes = nc.subscribe(clockSubjects.changed)
  const clock = businessClock(await ask(nc, logger))
  void follow(changes, clock, logger)
  return clock
}

async function follow(
  changes: AsyncIterable<{ json<T>(): T }>,
  clock: ReturnType<typeof businessClock>,
  logger: Logger,
): Promise<void> {
  for await (const message of changes) {
    try {
      clock.adopt(stateOf(message.json()))
    } catch (error) {
      logger.warn({ error }, 'a change of the clock could not be read')
    }
  }
}

async function ask(nc: NatsConnection, logger: Logger): Promise<ClockState> {
  for (let attempt = 1; ; attempt++) {
    try {
      return stateOf((await nc.request(clockSubjects.get, undefined, { timeout: 1000 })).json())
    } catch (error) {
      if (nc.isClosed()) throw error
      if (attempt % 10 === 0) logger.warn({ attempt }, 'the keeper of the business clock does not answer yet')
      await new Promise(resolve => setTimeout(resolve, 200))
    }
  }
}

/** A state read from a message; throws when it is none. */
export function stateOf(value: unknown): ClockState {
  const { realAt, businessAt, rate } = (value ?? {}) as Partial<ClockState>
  const real = typeof realAt === 'string' && !Number.isNaN(Date.parse(realAt))
  const business = typeof businessAt === 'string' && !Number.isNaN(Date.parse(businessAt))
  if (!real || !business || typeof rate !== 'number' || !(rate > 0 && rate <= 2000))
    throw new Error('not the state of a clock')
  return { realAt, businessAt, rate }
}
