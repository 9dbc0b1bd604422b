import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { wavesOf } from './publishing.ts'

const row = fc.record({
  type: fc.constantFrom('vm.started', 'vm.stopped', 'host.lost'),
  subject: fc.constantFrom('1', '2', '3'),
})
const thingOf = (each: { type: string; subject: string }) => `${each.type.split('.')[0]}/${each.subject}`

test('waves hold every row once, no thing twice in one, and each thing in its order', () => {
  void fc.assert(
    fc.property(fc.array(row), drawn => {
      const rows = drawn.map((each, n) => ({ ...each, n }))
      const waves = wavesOf(rows)
      expect(
        waves
          .flat()
          .map(each => each.n)
          .sort((a, b) => a - b),
      ).toEqual(rows.map(each => each.n))
      for (const wave of waves) expect(new Set(wave.map(thingOf)).size).toBe(wave.length)
      for (const thing of new Set(rows.map(thingOf))) {
        const order = waves
          .flat()
          .filter(each => thingOf(each) === thing)
          .map(each => each.n)
        expect(order).toEqual([...order].sort((a, b) => a - b))
      }
    }),
  )
})

test('different things go together', () => {
  expect(
    wavesOf([
      { type: 'vm.started', subject: '1' },
      { type: 'host.lost', subject: '1' },
    ]),
  ).toHaveLength(1)
})
