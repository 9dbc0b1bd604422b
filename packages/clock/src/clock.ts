/** The business clock: slots, intervals, ladder timers, billing periods and dunning read it; nothing else does. */
export type Clock = {
  now(): Date
  /** What it showed at a past instant of real time; before the first state that it knows of, what it began with. */
  shownAt(real: Date): Date
  /** Business seconds per real second; 1 where time is real. */
  rate(): number
}

/** A clock that runs: at the real instant `realAt` it showed `businessAt`, and it runs `rate` times as fast. */
export type ClockState = { realAt: string; businessAt: string; rate: number }

/** Real time. */
export const realClock: Clock = { now: () => new Date(), shownAt: real => real, rate: () => 1 }

/** A clock that stands still until it is told, for tests. */
export function fixedClock(start: string | Date): Clock & { set(at: string | Date): void; advance(ms: number): void } {
  let current = new Date(start).getTime()
  return {
    now: () => new Date(current),
    shownAt: real => real,
    rate: () => 1,
    set: at => {
      current = new Date(at).getTime()
    },
    advance: ms => {
      current += ms
    },
  }
}

/** What a clock in `state` shows at the real instant `real`. */
export const businessTime = (state: ClockState, real: Date): Date =>
  new Date(Date.parse(state.businessAt) + (real.getTime() - Date.parse(state.realAt)) * state.rate)

/** How many changes a clock can look back on. */
const mostStates = 100

/**
 * A clock that follows `state`, which may be replaced by `adopt`. It never goes back: where a new state is behind what
 * has been shown (two machines disagree by milliseconds, times the rate), it waits until time has caught up.
 */
export function businessClock(state: ClockState): Clock & { adopt(state: ClockState): void } {
  const states = [state]
  let current = state
  let shown = Number.NEGATIVE_INFINITY
  return {
    now: () => {
      shown = Math.max(businessTime(current, new Date()).getTime(), shown)
      return new Date(shown)
    },
    shownAt: real => {
      const then = states.findLast(({ realAt }) => Date.parse(realAt) <= real.getTime())
      return then ? businessTime(then, real) : new Date(states[0]!.businessAt)
    },
    rate: () => current.rate,
    adopt: next => {
      // The same state is told again and again.
      if (next.realAt === current.realAt) states.pop()
      states.push(next)
      if (states.length > mostStates) states.shift()
      current = next
    },
  }
}
