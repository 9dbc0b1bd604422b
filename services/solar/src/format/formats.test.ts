import fc from 'fast-check'
import { expect, test } from 'vitest'
import samples from '../../test/fixtures/inverter-samples.json' with { type: 'json' }
import { formats, type Vendor, vendors } from './formats.ts'
import { totalsAreSwapped } from './opendtu.ts'
import { isPlausible, type Quantity, quantities } from './quantity.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const parse = (vendor: Vendor, topic: string, payload: string, settings = {}) =>
  formats[vendor].parse(topic, bytes(payload), settings)
const only = (vendor: Vendor, topic: string, payload: string, settings = {}) => {
  const parsed = parse(vendor, topic, payload, settings)
  expect(parsed.kind).toBe('readings')
  return parsed.kind === 'readings' ? parsed.readings[0]! : undefined!
}

const expectations = samples.flatMap(sample =>
  Object.entries(sample.expected).map(([quantity, value]) => ({
    vendor: sample.vendor as Vendor,
    topic: sample.topic,
    payload: sample.payload,
    quantity: quantity as Quantity,
    ...(value as { value: number | null; unit: string }),
  })),
)

test.each(expectations)('$vendor says $topic = $payload and means $quantity $value $unit', sample => {
  const reading = only(sample.vendor, sample.topic, sample.payload)
  expect(reading).toMatchObject({ quantity: sample.quantity, value: sample.value })
  expect(quantities[reading.quantity].unit).toBe(sample.unit)
})

test('the published samples cover both vendors', () => {
  expect(expectations).toHaveLength(16)
  expect(new Set(expectations.map(one => one.vendor))).toEqual(new Set(vendors))
})

test('two strings of one inverter stay apart, and a prefix of the owner is no matter', () => {
  expect(only('opendtu', 'my/own/roof/114172608275/2/power', '3.1')).toMatchObject({
    quantity: 'string_power',
    part: '114172608275/2',
  })
  expect(only('opendtu', '114172608275/0/power', '3.1').part).toBe('114172608275')
})

test("a Victron battery's sign is turned once: charging is negative, discharging positive", () => {
  expect(only('victron', 'N/7c386655e76b/system/0/Dc/Battery/Power', '{"value": -400}').value).toBe(400)
  expect(Object.is(only('victron', 'N/7c386655e76b/system/0/Dc/Battery/Power', '{"value": 0}').value, 0)).toBe(true)
})

test('phases are parts, and the total is the whole', () => {
  const topic = 'N/7c386655e76b/system/0/Ac'
  expect(only('victron', `${topic}/Grid/L2/Power`, '{"value": -12.5}')).toMatchObject({ part: 'L2', value: -12.5 })
  expect(only('victron', `${topic}/Consumption/Total/Power`, '{"value": 300}')).toMatchObject({ part: '', value: 300 })
})

test('kilowatt-hours of both vendors become watt-hours', () => {
  expect(only('victron', 'N/7c386655e76b/acload/40/Ac/Energy/Forward', '{"value": 12.345}')).toMatchObject({
    quantity: 'load_energy_total',
    part: 'acload/40',
    value: 12_345,
  })
  expect(only('opendtu', 'solar/114172608275/0/yieldtotal', '0.283').value).toBe(283)
})

test('zero bytes mean that a Victron device left its bus, null that a path does not apply', () => {
  expect(only('victron', 'N/7c386655e76b/pvinverter/20/Ac/Power', '').value).toBeNull()
  expect(only('victron', 'N/7c386655e76b/pvinverter/20/Ac/Power', '{"value": []}').value).toBeNull()
  expect(only('victron', 'N/7c386655e76b/pvinverter/20/Ac/Power', '{"value": -3.2}').value).toBe(0)
})

test('releases of OpenDTU before v23.4.25 have the totals of the gateway swapped', () => {
  expect(totalsAreSwapped('v23.4.24')).toBe(true)
  expect(totalsAreSwapped('23.4.25')).toBe(false)
  expect(totalsAreSwapped(undefined)).toBe(false)
  expect(totalsAreSwapped('a git hash')).toBe(false)
  expect(only('opendtu', 'solar/ac/yieldday', '6.283', { firmware: 'v23.3.31' })).toMatchObject({
    quantity: 'fleet_energy_total',
    value: 6283,
  })
  expect(only('opendtu', 'solar/ac/yieldday', '175')).toMatchObject({ quantity: 'fleet_energy_today', value: 175 })
})

test('what a device says of itself is understood', () => {
  expect(only('opendtu', 'solar/dtu/status', 'offline')).toMatchObject({ quantity: 'gateway_online', value: 0 })
  expect(only('opendtu', 'solar/114172608275/status/reachable', '0')).toMatchObject({ quantity: 'reachable', value: 0 })
  expect(only('victron', 'N/7c386655e76b/heartbeat', '{"value": 1}')).toMatchObject({ quantity: 'gateway_online' })
})

test.each([
  '114172608275/cmd/limit_persistent_relative',
  '114172608275/name',
  '114172608275/0/constructor',
  'dtu/rssi',
])('OpenDTU topic %s is none of our business', topic =>
  expect(parse('opendtu', `solar/${topic}`, '1')).toEqual({ kind: 'ignored' }),
)

test.each([
  'W/7c386655e76b/settings/0/Settings/CGwacs/AcPowerSetPoint',
  'N/7c386655e76b/system/0/Serial',
  'R/x/keepalive',
])('Victron topic %s is none of our business', topic =>
  expect(parse('victron', topic, '{"value": 1}')).toEqual({ kind: 'ignored' }),
)

const hostile: [string, string][] = [
  ['null', 'null'],
  ['nothing', ''],
  ['NaN', 'NaN'],
  ['nan', 'nan'],
  ['unavailable', 'unavailable'],
  ['infinity', 'Infinity'],
  ['an exponent', '1e309'],
  ['hexadecimal', '0x10'],
  ['two dots', '1.2.3'],
  ['a huge integer', '4294967295000000000000000000000'],
  ['100 kB', '9'.repeat(100_000)],
  ['spaces', '  '],
  ['a zero byte', '5\u0000'],
  ['JSON', '{"value":5}'],
]

test.each(hostile)('OpenDTU saying %s is refused with a reason', (_, payload) => {
  const parsed = parse('opendtu', 'solar/114172608275/0/power', payload)
  expect(parsed.kind).toBe('refused')
})

test.each([
  ...hostile.filter(([name]) => name !== 'nothing' && name !== 'JSON'),
  ['a bare number', '5'],
  ['a string', '{"value":"5"}'],
  ['another key', '{"valve":5}'],
  ['half of JSON', '{"value":'],
  ['deep JSON', `{"value":${'['.repeat(1900)}${']'.repeat(1900)}}`],
  ['a huge number', '{"value":1e300}'],
  ['an overflow', '{"value":1e999}'],
  ['a list', '[{"value":5}]'],
])('Victron saying %s is refused with a reason', (_, payload) => {
  expect(parse('victron', 'N/7c386655e76b/system/0/Dc/Battery/Soc', payload).kind).toBe('refused')
})

test('a state of charge above 100 %, a negative load and a negative yield are nonsense', () => {
  expect(parse('victron', 'N/7c386655e76b/system/0/Dc/Battery/Soc', '{"value": 100.5}').kind).toBe('refused')
  expect(parse('victron', 'N/7c386655e76b/system/0/Ac/Consumption/L1/Power', '{"value": -3883}').kind).toBe('refused')
  expect(parse('opendtu', 'solar/114172608275/0/yieldtotal', '-1').kind).toBe('refused')
})

test('no topic and no payload makes a parser throw or give nonsense', () => {
  const topic = fc.oneof(
    fc.string(),
    fc.constantFrom('solar/114172608275/0/power', 'N/7c386655e76b/system/0/Dc/Battery/Power', 'solar/dtu/status'),
  )
  fc.assert(
    fc.property(fc.constantFrom(...vendors), topic, fc.uint8Array({ maxLength: 200 }), (vendor, native, payload) => {
      const parsed = formats[vendor].parse(native, payload, {})
      if (parsed.kind !== 'readings') return true
      return parsed.readings.every(one => one.value === null || isPlausible(one.quantity, one.value))
    }),
  )
})

test('Victron is kept awake, with a full answer asked for only the first time', () => {
  expect(formats.victron.keepalive?.('7c386655e76b', true)).toEqual({ topic: 'R/7c386655e76b/keepalive', payload: '' })
  expect(formats.victron.keepalive?.('7c386655e76b', false).payload).toContain('suppress-republish')
  expect(formats.opendtu.keepalive).toBeUndefined()
})
