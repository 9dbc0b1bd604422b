import { createLogger } from '@sahary/observability/log'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { businessClock, fixedClock, realClock } from './clock.ts'
import { stateOf } from './follow.ts'
import { startJob } from './job.ts'

afterEach(() => {
  vi.useRealTimers()
})
const silent = createLogger({ service: 'test', level: 'silent' })

describe('a clock', () => {
  it('that is real shows the present', () => {
    expect(Math.abs(realClock.now().getTime() - Date.now())).toBeLessThan(50)
    expect(realClock.rate()).toBe(1)
  })

  it('that is fixed moves when it is told, and what it gave does not move', () => {
    const clock = fixedClock('2026-03-01T00:00:00Z')
    const before = clock.now()
    clock.advance(1500)
    expect(clock.now().toISOString()).toBe('2026-03-01T00:00:01.500Z')
    expect(before.toISOString()).toBe('2026-03-01T00:00:00.000Z')
    clock.set('2027-01-01T00:00:00Z')
    expect(clock.now().getUTCFullYear()).toBe(2027)
  })

  it('that follows a state runs at its rate, and adopts another', () => {
    vi.useFakeTimers({ now: new Date('2026-06-01T12:00:00Z') })
    const clock = businessClock({ realAt: '2026-06-01T12:00:00Z', businessAt: '2030-01-01T00:00:00Z', rate: 300 })
    vi.advanceTimersByTime(2000)
    expect(clock.now().toISOString()).toBe('2030-01-01T00:10:00.000Z')
    clock.adopt({ realAt: '2026-06-01T12:00:02Z', businessAt: '2030-01-01T00:10:00Z', rate: 1 })
    vi.advanceTimersByTime(2000)
    expect([clock.now().toISOString(), clock.rate()]).toEqual(['2030-01-01T00:10:02.000Z', 1])
  })

  it('that is behind what it has shown waits until time has caught up', () => {
    vi.useFakeTimers({ now: new Date('2026-06-01T12:00:00Z') })
    const clock = businessClock({ realAt: '2026-06-01T12:00:00Z', businessAt: '2030-01-01T00:00:00Z', rate: 1 })
    clock.now()
    clock.adopt({ realAt: '2026-06-01T12:00:00Z', businessAt: '2029-12-31T23:59:59Z', rate: 1 })
    expect(clock.now().toISOString()).toBe('2030-01-01T00:00:00.000Z')
    vi.advanceTimersByTime(3000)
    expect(clock.now().toISOString()).toBe('2030-01-01T00:00:02.000Z')
  })

  it('knows what it showed before it was changed, and where it stood before it was known', () => {
    vi.useFakeTimers({ now: new Date('2026-06-01T12:00:00Z') })
    const clock = businessClock({ realAt: '2026-06-01T12:00:00Z', businessAt: '2030-01-01T00:00:00Z', rate: 60 })
    const faster = { realAt: '2026-06-01T12:01:00Z', businessAt: '2030-01-01T01:00:00Z', rate: 600 }
    for (const state of [faster, faster]) clock.adopt(state)
    const shown = ['11:00:00', '12:00:30', '12:01:06'].map(at => clock.shownAt(new Date(`2026-06-01T${at}Z`)))
    expect(shown.map(at => at.toISOString().slice(11, 19))).toEqual(['00:00:00', '00:30:00', '02:00:00'])
  })

  it.each([
    null,
    {},
    { realAt: 'x', businessAt: 'y', rate: 1 },
    { realAt: '2026-01-01', businessAt: '2026-01-01', rate: 0 },
  ])('does not adopt %j', value => {
    expect(() => stateOf(value)).toThrow('not the state of a clock')
  })
})

describe('a job', () => {
  it('runs at once, again when woken, never beside itself, and on after an error', async () => {
    let running = 0
    let most = 0
    let turns = 0
    const job = startJob({
      name: 'test',
      everyMs: 60_000,
      logger: silent,
      run: async () => {
        most = Math.max(most, ++running)
        await new Promise(setImmediate)
        running--
        if (++turns === 1) throw new Error('once')
      },
    })
    await vi.waitFor(() => expect(turns).toBe(1))
    job.wake()
    job.wake()
    await vi.waitFor(() => expect(turns).toBe(2))
    await job.stop()
    expect([turns, most]).toEqual([2, 1])
  })

  it('that is woken during its turn turns again, so that nothing new waits', async () => {
    let turns = 0
    const job = startJob({
      name: 'test',
      everyMs: 60_000,
      logger: silent,
      run: async () => {
        if (++turns === 1) job.wake()
      },
    })
    await vi.waitFor(() => expect(turns).toBe(2))
    await job.stop()
  })

  it('that is stopped hears of it and is waited for', async () => {
    let begun = false
    let ended = false
    const job = startJob({
      name: 'test',
      everyMs: 1,
      logger: silent,
      run: signal =>
        new Promise<void>(resolve => {
          begun = true
          signal.addEventListener('abort', () => {
            ended = true
            resolve()
          })
        }),
    })
    await vi.waitFor(() => expect(begun).toBe(true))
    await job.stop()
    expect(ended).toBe(true)
  })
})
