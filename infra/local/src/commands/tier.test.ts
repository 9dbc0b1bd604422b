import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Outcome, runTiers, type Tier } from './tier.ts'

let said: string[]
beforeEach(() => {
  said = []
  vi.spyOn(console, 'log').mockImplementation(line => void said.push(String(line)))
})
afterEach(() => void vi.restoreAllMocks())

describe('a run of tiers', () => {
  const ran: string[] = []
  const tier = (name: string, outcome: Outcome): Tier => ({
    name,
    run: async () => {
      ran.push(name)
      return outcome
    },
  })
  beforeEach(() => void ran.splice(0))

  it('ends well when nothing failed, and counts everything in its last line', async () => {
    const code = await runTiers([tier('unit', { passed: 3, failed: 0 }), tier('coverage', { passed: 10, failed: 0 })])
    expect([code, said.at(-1)]).toEqual([0, '\n13 passed, 0 failed'])
  })

  it('fails by one missed limit in its last tier, though every test is green', async () => {
    const code = await runTiers([tier('unit', { passed: 3, failed: 0 }), tier('coverage', { passed: 9, failed: 1 })])
    expect([code, said.at(-1)]).toEqual([1, '\n12 passed, 1 failed'])
  })

  it('goes no further than the tier that failed', async () => {
    await runTiers([tier('unit', { passed: 3, failed: 1 }), tier('service', { passed: 9, failed: 0 })])
    expect(ran).toEqual(['unit'])
  })
})
