import { isPlausible, type Quantity } from './quantity.ts'

/**
 * One number a device said, in canonical unit and sign. `part` tells several of a kind apart (a phase, a string, a
 * serial behind one gateway) and is empty for the whole. A null value means "does not apply now", never zero.
 */
export type Reading = { quantity: Quantity; part: string; value: number | null; raw: string }

/** The serial that a part belongs to: `<serial>` or `<serial>/<string>`. */
export const serialOf = (part: string): string => part.split('/', 1)[0] ?? ''

/** What came of one message: readings, a topic that is none of our business, or nonsense with its reason. */
export type Parsed =
  | { kind: 'readings'; readings: Reading[] }
  | { kind: 'ignored' }
  | { kind: 'refused'; reason: 'too_large' | 'empty' | 'not_a_number' | 'not_json' | 'out_of_range' }

/** What a device can contribute to its site's balance. */
export const measures = ['pv', 'battery', 'grid', 'load', 'generator'] as const
export type Measure = (typeof measures)[number]

/** What an operator may say about one device: its firmware, where a version changes the meaning, and its load meter. */
export type DeviceSettings = { firmware?: string | undefined; loadMeter?: string | undefined }

/** A vendor's way of speaking. A new vendor is one file with one of these, and one line in `formats.ts`. */
export type Format = {
  /** What a device of this vendor measures unless the site says otherwise. */
  measures: readonly Measure[]
  /** What the device's serial must look like. */
  serial: RegExp
  serialHint: string
  /** Reads one message: the topic without our `devices/<id>/` before it, and the payload as it came. Never throws. */
  parse(topic: string, payload: Uint8Array, settings: DeviceSettings): Parsed
  /** Where and what to publish so that the device goes on speaking; absent where it speaks by itself. */
  keepalive?: (serial: string, first: boolean) => { topic: string; payload: string }
}

/** No measurement of any vendor is longer; a longer payload is not even decoded. */
const longestPayload = 4096

const decoder = new TextDecoder('utf-8')

/** The payload as text, or undefined where it is too long. */
export const textOf = (payload: Uint8Array): string | undefined =>
  payload.byteLength > longestPayload ? undefined : decoder.decode(payload)

/** A plain decimal number; exponents, hexadecimal, `NaN`, `inf` and grouping are not numbers here. */
export const decimalOf = (text: string): number | undefined =>
  /^[+-]?\d{1,15}(\.\d{1,12})?$/.test(text) ? Number(text) : undefined

/** The reading for a value, refused where the value is absurd for its quantity. */
export function readingOf(quantity: Quantity, part: string, value: number | null, text: string): Parsed {
  if (value !== null && !isPlausible(quantity, value)) return { kind: 'refused', reason: 'out_of_range' }
  // Minus zero is a sign flip of nothing.
  const canonical = value === 0 ? 0 : value
  return { kind: 'readings', readings: [{ quantity, part, value: canonical, raw: text.slice(0, 64) }] }
}
