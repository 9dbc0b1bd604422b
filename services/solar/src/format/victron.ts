import { type Format, type Parsed, readingOf, textOf } from './format.ts'
import type { Quantity } from './quantity.ts'

type Row = {
  service: string
  path: RegExp
  quantity: Quantity
  /** Factor from the wire to the canonical unit and sign. */
  scale?: number
  /** What tells several apart: the phase of the path, the device's instance, or nothing. */
  part: 'whole' | 'phase' | 'instance'
  /** A PV inverter's own standby use at night is not negative production. */
  floor?: number
}

/**
 * Paths of Venus OS that we read. Victron's battery is + when charging, so its sign is turned (evcc's
 * victron-energy.yaml does the same); its energies are kWh.
 */
const rows: readonly Row[] = [
  { service: 'system', path: /^Dc\/Battery\/Power$/, quantity: 'battery_power', scale: -1, part: 'whole' },
  { service: 'system', path: /^Dc\/Battery\/Current$/, quantity: 'battery_current', scale: -1, part: 'whole' },
  { service: 'system', path: /^Dc\/Battery\/Voltage$/, quantity: 'battery_voltage', part: 'whole' },
  { service: 'system', path: /^Dc\/Battery\/Soc$/, quantity: 'battery_soc', part: 'whole' },
  { service: 'system', path: /^Dc\/Battery\/Temperature$/, quantity: 'battery_temperature', part: 'whole' },
  { service: 'system', path: /^Dc\/Battery\/TimeToGo$/, quantity: 'battery_time_to_go', part: 'whole' },
  { service: 'system', path: /^Dc\/Battery\/State$/, quantity: 'battery_state', part: 'whole' },
  { service: 'system', path: /^Ac\/Grid\/(L[123])\/Power$/, quantity: 'grid_power', part: 'phase' },
  { service: 'system', path: /^Ac\/Genset\/(L[123])\/Power$/, quantity: 'generator_power', part: 'phase', floor: 0 },
  { service: 'system', path: /^Ac\/Consumption\/(L[123])\/Power$/, quantity: 'load_power', part: 'phase' },
  { service: 'system', path: /^Ac\/Consumption\/Total\/Power$/, quantity: 'load_power', part: 'whole' },
  { service: 'system', path: /^Dc\/Pv\/Power$/, quantity: 'pv_power', part: 'instance' },
  { service: 'pvinverter', path: /^Ac\/Power$/, quantity: 'pv_power', part: 'instance', floor: 0 },
  { service: 'pvinverter', path: /^Ac\/Energy\/Forward$/, quantity: 'energy_total', scale: 1000, part: 'instance' },
  { service: 'solarcharger', path: /^Yield\/System$/, quantity: 'energy_total', scale: 1000, part: 'instance' },
  {
    service: 'solarcharger',
    path: /^History\/Daily\/0\/Yield$/,
    quantity: 'energy_today',
    scale: 1000,
    part: 'instance',
  },
  { service: 'acload', path: /^Ac\/Energy\/Forward$/, quantity: 'load_energy_total', scale: 1000, part: 'instance' },
  { service: 'grid', path: /^Ac\/Energy\/Forward$/, quantity: 'grid_import_total', scale: 1000, part: 'instance' },
  { service: 'grid', path: /^Ac\/Energy\/Reverse$/, quantity: 'grid_export_total', scale: 1000, part: 'instance' },
  {
    service: 'battery',
    path: /^History\/ChargedEnergy$/,
    quantity: 'battery_charged_total',
    scale: 1000,
    part: 'instance',
  },
  {
    service: 'battery',
    path: /^History\/DischargedEnergy$/,
    quantity: 'battery_discharged_total',
    scale: 1000,
    part: 'instance',
  },
]

function find(topic: string): { row: Row; part: string } | undefined {
  const address = topic.match(/(?:^|\/)N\/[0-9a-f]{12}\/([a-z0-9_]+)\/(\d{1,5})\/(.{1,120})$/i)
  if (!address) return undefined
  const [, service = '', instance = '', path = ''] = address
  for (const row of rows) {
    const match = row.service === service ? path.match(row.path) : null
    if (match) return { row, part: partOf(row, `${service}/${instance}`, match[1] ?? '') }
  }
  return undefined
}

function partOf(row: Row, instance: string, phase: string): string {
  if (row.part === 'phase') return phase
  return row.part === 'instance' ? instance : ''
}

/** `{"value": x}` → a number, null (does not apply), or undefined (nonsense). */
function valueIn(text: string): number | null | undefined {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body) || !Object.hasOwn(body, 'value'))
    return undefined
  const { value } = body as { value: unknown }
  // The bus says "invalid" with an empty array; older gateways pass it on.
  if (value === null || (Array.isArray(value) && value.length === 0)) return null
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

function parse(topic: string, payload: Uint8Array): Parsed {
  if (/(?:^|\/)N\/[0-9a-f]{12}\/heartbeat$/i.test(topic)) return readingOf('gateway_online', '', 1, '')
  const found = find(topic)
  if (!found) return { kind: 'ignored' }
  const text = textOf(payload)
  if (text === undefined) return { kind: 'refused', reason: 'too_large' }
  const { row, part } = found
  // No bytes at all: the device has left the bus, as PV inverters do at night.
  if (text === '') return readingOf(row.quantity, part, null, '')
  const value = valueIn(text)
  if (value === undefined) return { kind: 'refused', reason: 'not_json' }
  return readingOf(row.quantity, part, value === null ? null : canonical(value, row), text)
}

function canonical(value: number, row: Row): number {
  const scaled = value * (row.scale ?? 1)
  return row.floor === undefined ? scaled : Math.max(row.floor, scaled)
}

/**
 * Victron Venus OS (dbus-flashmq): JSON under `N/<portal id>/<service>/<instance>/<path>`, silent until a keepalive and
 * again 60 s after the last one.
 */
export const victron: Format = {
  measures: ['pv', 'battery', 'grid', 'load', 'generator'],
  serial: /^[0-9a-f]{12}$/,
  serialHint: '12 × 0-9 a-f',
  parse,
  keepalive: (serial, first) => ({
    topic: `R/${serial}/keepalive`,
    payload: first ? '' : '{"keepalive-options":["suppress-republish"]}',
  }),
}
