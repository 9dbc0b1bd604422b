import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Candidate, place, type Size, sellableOf } from './placement.ts'

const none: Size = { vcpus: 0, memoryMib: 0, diskGib: 0 }
const host = (id: number, more: Partial<Candidate> = {}): Candidate => ({
  id,
  cores: 2,
  images: ['tiny'],
  sellable: { vcpus: 8, memoryMib: 1024, diskGib: 100 },
  reserved: none,
  ...more,
})
const size: Size = { vcpus: 1, memoryMib: 512, diskGib: 10 }

describe('placement', () => {
  it('says why there is no host', () => {
    expect(place([], size, 'tiny')).toEqual({ refused: 'no_host' })
    expect(place([host(1)], size, 'debian')).toEqual({ refused: 'image_missing' })
    expect(place([host(1, { reserved: { ...none, memoryMib: 513 } })], size, 'tiny')).toEqual({ refused: 'host_full' })
    expect(place([host(1)], { ...size, vcpus: 3 }, 'tiny')).toEqual({ refused: 'host_full' })
  })

  it('takes the host with the most free memory, the oldest of equals', () => {
    expect(place([host(1, { reserved: { ...none, memoryMib: 1 } }), host(2), host(3)], size, 'tiny')).toEqual({
      hostId: 2,
    })
  })

  it('never sells more than a host has, in whatever order VMs come', () => {
    const sizes = fc.array(
      fc.record({
        vcpus: fc.integer({ min: 1, max: 3 }),
        memoryMib: fc.integer({ min: 64, max: 600 }),
        diskGib: fc.integer({ min: 1, max: 60 }),
      }),
    )
    fc.assert(
      fc.property(sizes, orders => {
        const hosts = [host(1), host(2)]
        for (const order of orders) {
          const found = place(hosts, order, 'tiny')
          if ('refused' in found) continue
          const taken = hosts.find(({ id }) => id === found.hostId)!
          const { reserved } = taken
          taken.reserved = {
            vcpus: reserved.vcpus + order.vcpus,
            memoryMib: reserved.memoryMib + order.memoryMib,
            diskGib: reserved.diskGib + order.diskGib,
          }
        }
        for (const { reserved, sellable } of hosts)
          for (const part of ['vcpus', 'memoryMib', 'diskGib'] as const)
            expect(reserved[part]).toBeLessThanOrEqual(sellable[part])
      }),
    )
  })

  it('keeps back what the platform needs', () => {
    const rules = { cpuOvercommit: 4, reservedMemoryMib: 2048, diskGib: 50 }
    expect(sellableOf({ cores: 2, memoryMib: 8192 }, rules)).toEqual({ vcpus: 8, memoryMib: 6144, diskGib: 50 })
    expect(sellableOf({ cores: 1, memoryMib: 1024 }, rules).memoryMib).toBe(0)
  })
})
