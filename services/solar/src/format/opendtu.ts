import { type DeviceSettings, decimalOf, type Format, type Parsed, readingOf, textOf } from './format.ts'
import type { Quantity } from './quantity.ts'

type Row = { quantity: Quantity; scale?: number }

/** Channel 0, the inverter's AC side. `yieldday` is Wh while `yieldtotal` is kWh. (OpenDTU-docs, mqtt_topics.md) */
const inverterFields: Record<string, Row> = {
  power: { quantity: 'ac_power' },
  powerdc: { quantity: 'pv_power' },
  yieldday: { quantity: 'energy_today' },
  yieldtotal: { quantity: 'energy_total', scale: 1000 },
  voltage: { quantity: 'ac_voltage' },
  current: { quantity: 'ac_current' },
  frequency: { quantity: 'ac_frequency' },
  temperature: { quantity: 'inverter_temperature' },
  efficiency: { quantity: 'inverter_efficiency' },
  powerfactor: { quantity: 'power_factor' },
  reactivepower: { quantity: 'reactive_power' },
}

/** Channels 1…n, the strings; their yields are inside the inverter's and are not counted again. */
const stringFields: Record<string, Row> = {
  power: { quantity: 'string_power' },
  voltage: { quantity: 'string_voltage' },
  current: { quantity: 'string_current' },
  irradiation: { quantity: 'irradiation' },
}

const statusFields: Record<string, Row> = {
  reachable: { quantity: 'reachable' },
  producing: { quantity: 'producing' },
}

/** Totals over every inverter of one gateway; they fall when one of them sleeps, so nothing is computed from them. */
const fleetFields: Record<string, Row> = {
  power: { quantity: 'fleet_power' },
  yieldday: { quantity: 'fleet_energy_today' },
  yieldtotal: { quantity: 'fleet_energy_total', scale: 1000 },
}

/** Releases before v23.4.25 published the gateway's two totals under each other's name (release notes). */
export function totalsAreSwapped(firmware: string | undefined): boolean {
  const version = firmware?.match(/^v?(\d+)\.(\d+)\.(\d+)/)
  if (!version) return false
  const [year = 0, month = 0, day = 0] = version.slice(1).map(Number)
  return year * 10_000 + month * 100 + day < 230_425
}

const swapped: Record<string, string> = { yieldday: 'yieldtotal', yieldtotal: 'yieldday' }

function fleetRow(field: string, settings: DeviceSettings): Row | undefined {
  const named = totalsAreSwapped(settings.firmware) ? (swapped[field] ?? field) : field
  return rowOf(fleetFields, named)
}

const rowOf = (rows: Record<string, Row>, field: string): Row | undefined =>
  Object.hasOwn(rows, field) ? rows[field] : undefined

/** Finds what a topic measures. The prefix is the owner's choice, so the serial is the anchor, not the prefix. */
function find(topic: string, settings: DeviceSettings): { row: Row; part: string } | undefined {
  const device = topic.match(/(?:^|\/)([0-9a-f]{12})\/([^/]+)\/([^/]+)$/i)
  if (device) {
    const [, serial = '', channel = '', field = ''] = device
    if (channel === 'status') return at(rowOf(statusFields, field), serial)
    if (channel === '0') return at(rowOf(inverterFields, field), serial)
    return /^[1-9]$/.test(channel) ? at(rowOf(stringFields, field), `${serial}/${channel}`) : undefined
  }
  const fleet = topic.match(/(?:^|\/)ac\/([a-z]+)$/)
  return fleet ? at(fleetRow(fleet[1] ?? '', settings), 'fleet') : undefined
}

const at = (row: Row | undefined, part: string): { row: Row; part: string } | undefined =>
  row ? { row, part } : undefined

function parse(topic: string, payload: Uint8Array, settings: DeviceSettings): Parsed {
  if (/(?:^|\/)dtu\/status$/.test(topic)) return presence(textOf(payload))
  const found = find(topic, settings)
  if (!found) return { kind: 'ignored' }
  const text = textOf(payload)
  if (text === undefined) return { kind: 'refused', reason: 'too_large' }
  if (text === '') return { kind: 'refused', reason: 'empty' }
  const value = decimalOf(text)
  if (value === undefined) return { kind: 'refused', reason: 'not_a_number' }
  return readingOf(found.row.quantity, found.part, exactly(value * (found.row.scale ?? 1)), text)
}

/** kWh with three decimals are whole watt-hours; the product must not carry a float's dust. */
const exactly = (value: number): number => Math.round(value * 1e6) / 1e6

/** The gateway's own last will. */
function presence(text: string | undefined): Parsed {
  if (text !== 'online' && text !== 'offline') return { kind: 'refused', reason: 'not_a_number' }
  return readingOf('gateway_online', '', text === 'online' ? 1 : 0, text)
}

/** OpenDTU (Hoymiles micro-inverters): plain decimals under `<prefix>/<serial>/<channel>/<field>`. */
export const opendtu: Format = { measures: ['pv'], serial: /^[0-9a-f]{12}$/, serialHint: '12 × 0-9 a-f', parse }
