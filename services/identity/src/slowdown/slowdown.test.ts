import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { networkOf, signInBuckets, signInRates, stricter, take } from './slowdown.ts'

describe('a network', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0/24'],
    ['::ffff:203.0.113.77', '203.0.113.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', 'unknown'],
    ['not an address', 'unknown'],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})

describe('the slow-down', () => {
  const rate = { burst: 5, everyMs: 12_000 }

  /** Times of the tries that were let through. */
  function passed(times: readonly number[]): number[] {
    let fullAt: number | undefined
    return times.filter(at => {
      const step = take(rate, fullAt, at)
      if (step.allowed) fullAt = step.fullAtMs
      return step.allowed
    })
  }

  it('lets a burst through and then says how long to wait', () => {
    expect(passed([0, 0, 0, 0, 0, 0, 0])).toHaveLength(5)
    expect(take(rate, 60_000, 0)).toEqual({ allowed: false, waitMs: 12_000 })
    expect(take(rate, 60_000, 12_000)).toEqual({ allowed: true, fullAtMs: 72_000 })
  })

  it('lets no more than the burst and the refill through in any stretch of time', () => {
    const tries = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 300 })
    fc.assert(
      fc.property(tries, fc.integer({ min: 1, max: 200_000 }), (gaps, stretch) => {
        let at = 0
        const times = passed(gaps.map(gap => (at += gap)))
        for (const start of times) {
          const within = times.filter(time => time >= start && time < start + stretch).length
          expect(within).toBeLessThanOrEqual(rate.burst + Math.ceil(stretch / rate.everyMs))
        }
      }),
    )
  })

  it('counts per account and network, per account, and per network', () => {
    const rates = signInRates(100)
    expect(signInBuckets(rates, '+201012345678', '10.0.0.0/24').map(bucket => bucket.key)).toEqual([
      'sign-in:+201012345678:10.0.0.0/24',
      'sign-in:+201012345678',
      'network:10.0.0.0/24',
    ])
    expect(rates.perNetwork).toEqual({ burst: 100, everyMs: 36_000 })
  })

  it('is stricter when each replica counts alone', () => {
    expect(stricter(rate)).toEqual({ burst: 2, everyMs: 24_000 })
    expect(stricter({ burst: 1, everyMs: 10 }).burst).toBe(1)
  })
})
