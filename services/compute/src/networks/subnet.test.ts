import { describe, expect, it } from 'vitest'
import { freeAddress, freeSubnet } from './subnet.ts'

describe('subnets', () => {
  it('are taken from the pool from below, each once, until there are none', () => {
    const taken: string[] = []
    for (let subnet = freeSubnet('10.9.0.0/24', taken); subnet !== null; subnet = freeSubnet('10.9.0.0/24', taken))
      taken.push(subnet)
    expect(taken).toHaveLength(16)
    expect(taken.slice(0, 2)).toEqual(['10.9.0.0/28', '10.9.0.16/28'])
    expect(taken.at(-1)).toBe('10.9.0.240/28')
    expect(new Set(taken).size).toBe(16)
  })

  it('cross octets, and a gap is filled', () => {
    expect(
      freeSubnet(
        '10.9.0.0/16',
        Array.from({ length: 16 }, (_, index) => `10.9.0.${index * 16}/28`),
      ),
    ).toBe('10.9.1.0/28')
    expect(freeSubnet('10.9.0.0/24', ['10.9.0.0/28', '10.9.0.32/28'])).toBe('10.9.0.16/28')
  })

  it('have thirteen addresses for VMs: not the network’s, not the gateway’s, not everybody’s', () => {
    const taken: string[] = []
    for (let at = freeAddress('10.9.0.16/28', taken); at !== null; at = freeAddress('10.9.0.16/28', taken))
      taken.push(at)
    expect(taken).toHaveLength(13)
    expect([taken[0], taken.at(-1)]).toEqual(['10.9.0.18', '10.9.0.30'])
  })
})
