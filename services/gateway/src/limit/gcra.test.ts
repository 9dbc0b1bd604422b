import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { take } from './gcra.ts'
import { drawOf, networkOf, unknownDraw } from './limit.ts'

const allowance = { burst: 10, everyMs: 100 }

describe('a bucket', () => {
  it('is full at first, drains by the price, and fills again with time', () => {
    const first = take(allowance, undefined, 1000, 8)
    expect(first).toMatchObject({ allowed: true, remaining: 2, resetMs: 800 })
    const second = take(allowance, first.fullAtMs, 1000, 3)
    expect(second).toMatchObject({ allowed: false, remaining: 2, retryAfterMs: 100 })
    expect(take(allowance, second.fullAtMs, 1100, 3)).toMatchObject({ allowed: true, remaining: 0 })
  })

  it('gives no more than its burst and its refill in any stretch of time', () => {
    const requests = fc.array(fc.record({ gap: fc.nat(500), cost: fc.integer({ min: 1, max: 12 }) }), {
      maxLength: 200,
    })
    fc.assert(
      fc.property(requests, fc.integer({ min: 1, max: 5000 }), (list, stretch) => {
        let at = 0
        let full: number | undefined
        const given: { at: number; cost: number }[] = []
        for (const { gap, cost } of list) {
          at += gap
          const verdict = take(allowance, full, at, cost)
          if (verdict.allowed) given.push({ at, cost: Math.min(cost, allowance.burst) })
          full = verdict.fullAtMs
        }
        for (const { at: from } of given) {
          const sum = given.filter(g => g.at >= from && g.at < from + stretch).reduce((total, g) => total + g.cost, 0)
          expect(sum).toBeLessThanOrEqual(allowance.burst + Math.ceil(stretch / allowance.everyMs))
        }
      }),
    )
  })

  it('that refuses says truly when to come again', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.integer({ min: 1, max: 10 }), (full, cost) => {
        const verdict = take(allowance, full, 0, cost)
        if (!verdict.allowed) expect(take(allowance, full, verdict.retryAfterMs, cost).allowed).toBe(true)
      }),
    )
  })
})

describe('a request', () => {
  const from = { network: '203.0.113.5', userId: null, factor: 1 }

  it('of a stranger draws from the network, of a person from their own bucket', () => {
    expect(drawOf({ ...from, method: 'GET', route: '/api/public/energy' })).toMatchObject({
      key: 'net:203.0.113.5',
      cost: 1,
    })
    expect(drawOf({ ...from, userId: 7, method: 'POST', route: '/api/customer/vms' })).toMatchObject({
      key: 'user:7',
      cost: 20,
    })
    expect(drawOf({ ...from, method: 'GET', route: undefined })).toMatchObject({ cost: 1 })
  })

  it('to sign in has a small bucket, and a smaller one without Redis', () => {
    const draw = drawOf({ ...from, method: 'POST', route: '/api/auth/login' })
    expect(draw?.key).toBe('auth:203.0.113.5')
    expect(draw!.alone.burst).toBeLessThan(draw!.allowance.burst)
    expect(drawOf({ ...from, method: 'POST', route: '/api/auth/login', factor: 10 })?.allowance.burst).toBe(300)
  })

  it('without a valid token has a bucket of its own, by network, and a smaller one without Redis', () => {
    const draw = unknownDraw('203.0.113.5', 1)
    expect(draw).toMatchObject({ key: 'unknown:203.0.113.5', cost: 1, allowance: { burst: 60 }, alone: { burst: 20 } })
    expect(unknownDraw('203.0.113.5', 3).allowance.burst).toBe(180)
  })

  it('for a page or a file of the portal is free', () => {
    for (const route of ['/', '/customer', '/customer/*']) expect(drawOf({ ...from, method: 'GET', route })).toBeNull()
    expect(drawOf({ ...from, method: 'GET', route: '/api/customer/vms' })).not.toBeNull()
  })
})

describe('a network', () => {
  it.each([
    ['203.0.113.77', '203.0.113.77'],
    ['::ffff:203.0.113.77', '203.0.113.77'],
    ['2001:DB8:1:02:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
