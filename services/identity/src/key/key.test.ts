import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyKeepMs, keyLeadMs, keyLifeMs, planKeys, type Scheduled, seal, signingAt, unseal } from './key.ts'

const start = Date.parse('2026-11-20T10:00:00Z')
const at = (ms: number) => new Date(start + ms)
const key = (kid: string, ms: number): Scheduled => ({ kid, signsFrom: at(ms) })

describe('signing keys', () => {
  it('begin with one that signs at once', () => {
    expect(planKeys([], at(0))).toEqual({ make: at(0), drop: [] })
  })

  it('get a successor one lead ahead, which is published before it signs', () => {
    expect(planKeys([key('a', 0)], at(keyLifeMs - keyLeadMs - 1)).make).toBeNull()
    expect(planKeys([key('a', 0)], at(keyLifeMs - keyLeadMs)).make).toEqual(at(keyLifeMs))
    const both = [key('b', keyLifeMs), key('a', 0)]
    expect(signingAt(both, at(keyLifeMs - 1))?.kid).toBe('a')
    expect(signingAt(both, at(keyLifeMs))?.kid).toBe('b')
    expect(signingAt([], at(0))).toBeUndefined()
  })

  it('are published ahead even when the service slept over their time', () => {
    expect(planKeys([key('a', 0)], at(keyLifeMs * 3)).make).toEqual(at(keyLifeMs * 3 + keyLeadMs))
  })

  it('are dropped only when no token they signed can live', () => {
    const both = [key('a', 0), key('b', keyLifeMs)]
    expect(planKeys(both, at(keyLifeMs + keyKeepMs - 1)).drop).toEqual([])
    expect(planKeys(both, at(keyLifeMs + keyKeepMs)).drop).toEqual(['a'])
  })

  it('always leave exactly one that signs, whenever the service happens to look', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: keyLifeMs }), { maxLength: 60 }), gaps => {
        let now = 0
        let keys: Scheduled[] = []
        for (const [turn, gap] of [0, ...gaps].entries()) {
          now += gap
          const plan = planKeys(keys, at(now))
          const signed = signingAt(keys, at(now))?.kid
          keys = keys.filter(({ kid }) => !plan.drop.includes(kid))
          if (plan.make) keys.push({ kid: String(turn), signsFrom: plan.make })
          expect(signingAt(keys, at(now))).toBeDefined()
          if (signed) expect(signingAt(keys, at(now))?.kid).toBe(signed)
          expect(keys.length).toBeLessThanOrEqual(3)
        }
      }),
    )
  })
})

describe('a sealed key', () => {
  const nonce = new Uint8Array(12).fill(3)

  it('opens with its secret and with no other', () => {
    const sealed = seal('secret', nonce, '{"d":"private"}')
    expect(unseal('secret', sealed)).toBe('{"d":"private"}')
    expect(() => unseal('other', sealed)).toThrow()
    expect(sealed.includes('private')).toBe(false)
  })

  it('does not open when a bit was changed', () => {
    const sealed = seal('secret', nonce, 'text')
    sealed[sealed.length - 1]! ^= 1
    expect(() => unseal('secret', sealed)).toThrow()
  })
})
