import { describe, expect, it } from 'vitest'
import { changed, type Kept, resumed, shownAt } from './keeping.ts'

const at = (text: string) => new Date(`2026-03-01T${text}Z`)
const kept: Kept = { realAt: at('10:00:00'), businessAt: new Date('2026-07-01T00:00:00Z'), rate: 300 }

describe('the kept clock', () => {
  it('runs at its rate', () => {
    expect(shownAt(kept, at('10:00:10')).toISOString()).toBe('2026-07-01T00:50:00.000Z')
  })

  it('changes its rate without a jump', () => {
    const slower = changed(kept, { rate: 1 }, at('10:00:10'))
    expect(shownAt(slower, at('10:00:10'))).toEqual(shownAt(kept, at('10:00:10')))
    expect(shownAt(slower, at('10:00:11')).toISOString()).toBe('2026-07-01T00:50:01.000Z')
  })

  it('goes forward when it is told, and never back', () => {
    const ahead = changed(kept, { businessAt: new Date('2026-08-01T00:00:00Z') }, at('10:00:10'))
    expect([shownAt(ahead, at('10:00:10')).toISOString(), ahead.rate]).toEqual(['2026-08-01T00:00:00.000Z', 300])
    expect(() => changed(kept, { businessAt: new Date('2026-07-01T00:49:59Z') }, at('10:00:10'))).toThrow(
      /only goes forward/,
    )
    expect(() => changed(kept, { businessAt: new Date('2126-08-01T00:00:00Z') }, at('10:00:10'))).toThrow(/at most/)
  })

  it('stands still while the whole platform is down, and runs on while only its keeper was away for a moment', () => {
    const after = resumed(kept, at('10:00:10'), at('22:00:00'))
    expect(shownAt(after, at('22:00:00'))).toEqual(shownAt(kept, at('10:00:10')))
    expect(resumed(kept, at('10:00:10'), at('10:01:00'))).toBe(kept)
  })
})
