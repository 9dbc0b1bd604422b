import { expect, test } from 'vitest'
import { type Arrived, addressOf, digest, type Speaker } from './reading.ts'

const at = (seconds: number): Date => new Date(Date.parse('2026-06-21T10:00:00Z') + seconds * 1000)
const said = (topic: string, payload: string, seconds = 0, inverterId = 7): Arrived => ({
  inverterId,
  topic,
  payload: new TextEncoder().encode(payload),
  at: at(seconds),
})
const roof: Speaker = {
  inverterId: 7,
  siteId: 1,
  siteRatedW: 5000,
  vendor: 'opendtu',
  settings: {},
  seenAt: null,
  intervalMs: null,
  parts: [],
  unreachable: [],
}
const power = 'solar/114172608275/0/power'
const reachable = 'solar/114172608275/status/reachable'

test('a topic names its device, and nothing else does', () => {
  expect(addressOf('devices/7/solar/114172608275/0/power')).toEqual({ inverterId: 7, native: power })
  for (const topic of ['devices/07/x', 'devices/x/y', 'devices/7', 'devices/7/', 'device/7/x', 'devices/-7/x', '']) {
    expect(addressOf(topic)).toBeUndefined()
  }
  expect(addressOf('devices/99999999999999999999/x')).toBeUndefined()
})

test('a batch gives readings in order, who was heard, and what became of each message', () => {
  const result = digest(
    [
      said(power, '5.7'),
      said(power, 'NaN'),
      said('solar/114172608275/name', 'Roof'),
      said(power, '9', 5),
      said(power, '1', 0, 8),
    ],
    [roof],
  )
  expect(result.readings.map(one => [one.value, one.at])).toEqual([
    [5.7, at(0)],
    [9, at(5)],
  ])
  expect(result.seen).toEqual([{ inverterId: 7, seenAt: at(5), intervalMs: 5000 }])
  expect(result.siteIds).toEqual([1])
  expect(result.tally).toEqual({ accepted: 2, ignored: 1, refused: 1, unreachable: 0, unknown_device: 1 })
})

test('two values in one millisecond leave the later one', () => {
  expect(digest([said(power, '1'), said(power, '2')], [roof]).readings.map(one => one.value)).toEqual([2])
})

test('what a gateway repeats of an unreachable inverter is never a reading', () => {
  const result = digest(
    [said(reachable, '0'), said(power, '230'), said(reachable, '1', 5), said(power, '7', 5)],
    [roof],
  )
  expect(result.readings.map(one => [one.quantity, one.value])).toEqual([
    ['reachable', 0],
    ['reachable', 1],
    ['ac_power', 7],
  ])
  expect(result.tally.unreachable).toBe(1)
})

test('unreachability is remembered from batch to batch, and belongs to one serial', () => {
  const speaker = { ...roof, unreachable: ['114172608275'] }
  const other = 'solar/116180001234/0/power'
  const result = digest([said(power, '230'), said(other, '50')], [speaker])
  expect(result.readings.map(one => [one.part, one.value])).toEqual([['116180001234', 50]])
})

test('nonsense does not make a device seen', () => {
  expect(digest([said(power, '{}'), said(power, '')], [roof])).toMatchObject({ readings: [], seen: [], siteIds: [] })
})

test('a device has no more parts than any gateway has, and those that it has keep speaking', () => {
  const serial = (index: number): string => index.toString().padStart(12, '0')
  const flood = Array.from({ length: 2001 }, (_, index) => said(`solar/${serial(index)}/0/power`, '5'))
  const first = digest(flood, [roof])
  expect(first.tally).toMatchObject({ accepted: 128, refused: 1873 })
  const speaker = { ...roof, parts: first.readings.map(one => one.part) }
  const again = digest([said(`solar/${serial(3)}/0/power`, '6'), said(power, '7')], [speaker])
  expect(again.tally).toMatchObject({ accepted: 1, refused: 1 })
})

test('a power of more than ten times what its site is rated for is refused', () => {
  expect(digest([said(power, '50000'), said(power, '50000.1', 5)], [roof]).tally).toMatchObject({
    accepted: 1,
    refused: 1,
  })
})
