import { expect, it } from 'vitest'
import { estimate } from './price-estimate.ts'

const prices = { vcpu: '0.52', memory: '0.19', disk: '0.0024' }

it('an estimate adds processor, memory and disk for an hour and for 31 days, exactly', () => {
  // 2 × 0.52 + 1 × 0.19 + 20 × 0.0024 = 1.278 pounds an hour; times 744 = 950.832.
  expect(estimate({ name: 's-2', vcpus: 2, memoryMib: 1024, diskGib: 20 }, prices)).toEqual({
    hourMinor: 128,
    monthMinor: 95_083,
  })
})

it('a size with part of a GiB pays for that part', () => {
  // 0.52 + 0.125 × 0.19 + 0.0024 = 0.54615
  expect(estimate({ name: 'tiny-1', vcpus: 1, memoryMib: 128, diskGib: 1 }, prices).hourMinor).toBe(55)
})
