import { afterEach, describe, expect, it, vi } from 'vitest'
import { createHints } from './hints.ts'

afterEach(() => {
  vi.useRealTimers()
})

describe('hints', () => {
  it('are given once, beside what is asked for anyway, and ring at once', () => {
    const hints = createHints()
    let rung = 0
    hints.onAdd(() => {
      rung += 1
    })
    hints.add(1)
    hints.add(1)
    expect(rung).toBe(2)
    expect(hints.take([2], 0)).toEqual([1, 2])
    expect(hints.take([], 0)).toEqual([])
  })

  it('rest longer each time, until all is well', () => {
    const hints = createHints()
    hints.rest(1, 0)
    expect(hints.take([1], 99)).toEqual([])
    expect(hints.take([1], 100)).toEqual([1])
    hints.rest(1, 100)
    expect(hints.take([1], 299)).toEqual([])
    for (let count = 0; count < 20; count++) hints.rest(1, 0)
    expect(hints.take([1], 15_000)).toEqual([1])
    hints.rest(1, 0)
    hints.went(1)
    expect(hints.take([1], 0)).toEqual([1])
  })

  it('ring when a rest is over', () => {
    vi.useFakeTimers()
    const hints = createHints()
    const rung = vi.fn()
    hints.onAdd(rung)
    hints.rest(1, Date.now())
    vi.advanceTimersByTime(99)
    expect(rung).not.toHaveBeenCalled()
    vi.advanceTimersByTime(2)
    expect(rung).toHaveBeenCalledOnce()
    expect(hints.take([1], Date.now())).toEqual([1])
  })
})
