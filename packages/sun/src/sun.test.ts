import { expect, test } from 'vitest'
import { haurwitz } from './clearsky.ts'
import { acPower, cellTemperature, dcPower, defaultLosses, planeIrradiance } from './panel.ts'
import { julianDay, sunPosition } from './position.ts'

const cairo = { lat: 30.0444, lon: 31.2357 }

test('Julian days agree with the almanac', () => {
  expect(julianDay(new Date('2000-01-01T12:00:00Z'))).toBe(2_451_545)
  expect(julianDay(new Date('1987-06-19T12:00:00Z'))).toBe(2_446_966)
  expect(julianDay(new Date('1900-01-01T00:00:00Z'))).toBe(2_415_020.5)
})

test("NOAA's position agrees with NREL's published case", () => {
  const sun = sunPosition(new Date('2003-10-17T19:30:30Z'), { lat: 39.742476, lon: -105.1786 })
  expect(90 - sun.geometricElevationDeg).toBeCloseTo(50.12795, 3)
  expect(sun.azimuthDeg).toBeCloseTo(194.34258, 2)
})

test.each([
  ['2025-06-21T06:00:00Z', 52.706, 82.1117],
  ['2025-06-21T10:00:00Z', 6.6409, 186.1652],
  ['2025-06-21T13:00:00Z', 41.1234, 272.0803],
  ['2025-12-21T07:00:00Z', 67.6909, 137.1744],
  ['2025-12-21T10:00:00Z', 53.4877, 181.9402],
  ['2026-01-15T12:00:00Z', 58.1546, 212.042],
  ['2025-03-20T10:00:00Z', 30.0261, 178.7801],
])('over Cairo at %s the sun stands where SPA says', (at, zenith, azimuth) => {
  const sun = sunPosition(new Date(at), cairo)
  expect(Math.abs(90 - sun.elevationDeg - zenith)).toBeLessThan(0.03)
  // Near the zenith a small error of place is a large one of direction.
  expect(Math.abs(sun.azimuthDeg - azimuth) * Math.sin((zenith * Math.PI) / 180)).toBeLessThan(0.03)
})

test.each([
  ['2025-03-20', '03:58:51', '16:06:29'],
  ['2025-06-21', '02:54:23', '16:59:23'],
  ['2025-09-22', '03:43:25', '15:51:34'],
  ['2025-12-21', '04:46:51', '14:59:32'],
])('on %s the upper edge of the sun crosses the horizon at the times of SPA', (day, rise, set) => {
  for (const time of [rise, set]) {
    // The centre is 0.8333° below the horizon when the edge appears.
    const { geometricElevationDeg } = sunPosition(new Date(`${day}T${time}Z`), cairo)
    expect(Math.abs(geometricElevationDeg + 0.8333)).toBeLessThan(0.1)
  }
})

test.each([
  [-20, 0],
  [5, 48.6298687941956],
  [10, 135.741748091813],
  [30, 487.894132885425],
  [50, 778.766689344363],
  [90, 1035.0920325345],
])('Haurwitz at %d° of elevation gives %d W/m²', (elevation, expected) => {
  expect(haurwitz(elevation)).toBeCloseTo(expected, 8)
})

test('PVWatts gives its published watts', () => {
  expect(dcPower(900, 30, 100, -0.003)).toBeCloseTo(88.65, 10)
  expect(defaultLosses * 100).toBeCloseTo(14.075660688264469, 8)
  expect(acPower(90, 100, 0.95)).toBeCloseTo(85.58556604752516, 8)
  expect(acPower(50, 100, 0.95)).toBeCloseTo(47.60843624, 6)
  expect(acPower(0, 100, 0.95)).toBe(0)
  expect(acPower(0.001, 1)).toBe(0)
  expect(cellTemperature(800, 20, 45)).toBe(45)
})

test.each([
  ['2025-06-21', 35, 62_820, 7245, 8681],
  ['2025-12-21', 20, 29_260, 4662, 3685],
  ['2025-03-20', 25, 50_000, 6631, 6564],
])('10 kWp flat in Cairo on %s gives the reference energy within one per cent', (day, airC, wh, peak, insolation) => {
  const start = Date.parse(`${day}T00:00:00Z`)
  const at = (step: number) => {
    const sun = sunPosition(new Date(start + step * 300_000), cairo)
    const global = planeIrradiance(haurwitz(sun.elevationDeg), sun, { tiltDeg: 0, azimuthDeg: 180 })
    const dc = dcPower(global, cellTemperature(global, airC), 10_000) * (1 - defaultLosses)
    return { global, ac: acPower(dc, 10_000 / 0.96) }
  }
  const steps = Array.from({ length: 289 }, (_, step) => at(step))
  const trapezoid = (pick: (step: { global: number; ac: number }) => number): number =>
    steps.slice(1).reduce((sum, step, index) => sum + ((pick(step) + pick(steps[index]!)) / 2) * (300 / 3600), 0)
  expect(Math.abs(trapezoid(step => step.ac) / wh - 1)).toBeLessThan(0.01)
  expect(Math.abs(trapezoid(step => step.global) / insolation - 1)).toBeLessThan(0.01)
  expect(Math.abs(Math.max(...steps.map(step => step.ac)) / peak - 1)).toBeLessThan(0.01)
})

test('a panel that faces the sun catches more than one that turns away', () => {
  const sun = sunPosition(new Date('2025-12-21T10:00:00Z'), cairo)
  const global = haurwitz(sun.elevationDeg)
  const south = planeIrradiance(global, sun, { tiltDeg: 30, azimuthDeg: 180 })
  expect(south).toBeGreaterThan(global)
  expect(planeIrradiance(global, sun, { tiltDeg: 30, azimuthDeg: 0 })).toBeLessThan(global)
  expect(planeIrradiance(0, sun, { tiltDeg: 30, azimuthDeg: 0 })).toBe(0)
})
