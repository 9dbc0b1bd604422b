import { expect, it } from 'vitest'
import { hoursOf, seriesOf, sumWh } from './day-series.ts'

const slot = (from: string, to: string, loadWh: string, producedWh: string) => ({
  from,
  to,
  loadWh,
  producedWh,
  toBatteryWh: '0',
  toGridWh: '0',
  bySource: { solar: loadWh, battery: '0', grid: '0', generator: '0' },
  quality: 'measured' as const,
})
const slots = [
  slot('2026-06-01T09:50:00Z', '2026-06-01T09:55:00Z', '10.001', '20'),
  slot('2026-06-01T09:55:00Z', '2026-06-01T10:00:00Z', '10.002', '30.5'),
  slot('2026-06-01T10:00:00Z', '2026-06-01T10:05:00Z', '0.1', '0'),
]

it('a slot of five minutes is drawn as its mean power', () => {
  const { at, producedW, usedW } = seriesOf(slots.slice(1, 2))
  expect([at, producedW]).toEqual([[1780307700], [366]])
  expect(usedW[0]).toBeCloseTo(120.024, 9)
})

it('the table has the same energy by the hour, to the milliwatt-hour', () => {
  expect(hoursOf(slots)).toEqual([
    { from: '2026-06-01T09:50:00Z', producedWh: '50.500', usedWh: '20.003' },
    { from: '2026-06-01T10:00:00Z', producedWh: '0.000', usedWh: '0.100' },
  ])
})

it('a sum of watt-hours is exact', () => {
  expect(sumWh(['0.1', '0.2'])).toBe('0.300')
  expect(sumWh(['9007199254740993.001', '0.002'])).toBe('9007199254740993.003')
  expect(sumWh([])).toBe('0.000')
})
