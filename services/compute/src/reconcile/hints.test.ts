import { describe, expect, it } from 'vitest'
import { createHints } from './hints.ts'

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

  it('rest after a fault, longer each time, until all is well', () => {
    const hints = createHints()
    hints.failed(1, 0)
    expect(hints.take([1], 499)).toEqual([])
    expect(hints.take([1], 500)).toEqual([1])
    hints.failed(1, 500)
    expect(hints.take([1], 1400)).toEqual([])
    for (let count = 0; count < 20; count++) hints.failed(1, 0)
    expect(hints.take([1], 15_000)).toEqual([1])
    hints.failed(1, 0)
    hints.went(1)
    expect(hints.take([1], 0)).toEqual([1])
  })
})
