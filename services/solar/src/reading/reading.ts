import { type DeviceSettings, type Reading, serialOf } from '../format/format.ts'
import { formats, type Vendor } from '../format/formats.ts'
import { quantities } from '../format/quantity.ts'
import { observeInterval } from '../live/freshness.ts'

/** A message as it came from the broker, at its arrival on the business clock. */
export type Arrived = { inverterId: number; topic: string; payload: Uint8Array; at: Date }

/** What is known of a device before a batch: how to read it, when it was last heard, its parts, and which are unreachable. */
export type Speaker = {
  inverterId: number
  siteId: number
  /** Rated power of the whole site. */
  siteRatedW: number
  vendor: Vendor
  settings: DeviceSettings
  seenAt: Date | null
  intervalMs: number | null
  parts: readonly string[]
  unreachable: readonly string[]
}

export type Stored = Reading & { inverterId: number; at: Date }
export type Seen = { inverterId: number; seenAt: Date; intervalMs: number | null }
export type Outcome = 'accepted' | 'ignored' | 'refused' | 'unreachable' | 'unknown_device'

export type Digest = {
  /** Readings in the order of their arrival, one per device, quantity, part and instant. */
  readings: Stored[]
  seen: Seen[]
  siteIds: number[]
  tally: Record<Outcome, number>
}

/** `devices/<id>/<native topic>`: the id in the topic is the only identity that is trusted. */
export function addressOf(topic: string): { inverterId: number; native: string } | undefined {
  const match = topic.match(/^devices\/([1-9]\d{0,14})\/(.+)$/s)
  return match ? { inverterId: Number(match[1]), native: match[2] ?? '' } : undefined
}

/** Cuts a batch into what arrived within `longestMs` of its first message: one moment of a site each. */
export function burstsOf(messages: readonly Arrived[], longestMs: number): Arrived[][] {
  const bursts: Arrived[][] = []
  for (const message of messages) {
    const burst = bursts.at(-1)
    const first = burst?.[0]
    if (first && Math.abs(message.at.getTime() - first.at.getTime()) <= longestMs) burst?.push(message)
    else bursts.push([message])
  }
  return bursts
}

type Running = Speaker & { gone: Set<string>; known: Set<string> }

/** A gateway with ten inverters of six strings has some seventy parts; without an end, one device could fill its site's memory. */
const mostParts = 128

/** No device of a site gives or takes so many times the site's rated power. */
const mostOfRated = 10

/** True for what no honest device says: one part more than any has, or a power that its site cannot have. */
function isHostile(speaker: Running, { quantity, part, value }: Reading): boolean {
  if (!speaker.known.has(part) && speaker.known.size >= mostParts) return true
  return quantities[quantity].unit === 'W' && Math.abs(value ?? 0) > speaker.siteRatedW * mostOfRated
}

function hear(speaker: Running, message: Arrived): { outcome: Outcome; readings: Reading[] } {
  const parsed = formats[speaker.vendor].parse(message.topic, message.payload, speaker.settings)
  if (parsed.kind !== 'readings') return { outcome: parsed.kind, readings: [] }
  if (parsed.readings.some(one => isHostile(speaker, one))) return { outcome: 'refused', readings: [] }
  for (const one of parsed.readings) {
    speaker.known.add(one.part)
    if (one.quantity === 'reachable') speaker.gone[one.value === 0 ? 'add' : 'delete'](one.part)
  }
  // What a gateway repeats of an inverter that it cannot reach is not a reading.
  const stale = parsed.readings.some(one => isMeasurement(one) && speaker.gone.has(serialOf(one.part)))
  return stale ? { outcome: 'unreachable', readings: [] } : { outcome: 'accepted', readings: parsed.readings }
}

const isMeasurement = (one: Reading): boolean => !['reachable', 'producing', 'gateway_online'].includes(one.quantity)

/** Reads a batch of messages in order. Never throws; what is not understood is counted. */
export function digest(messages: readonly Arrived[], speakers: readonly Speaker[]): Digest {
  const running = new Map(
    speakers.map(one => [one.inverterId, { ...one, gone: new Set(one.unreachable), known: new Set(one.parts) }]),
  )
  const readings = new Map<string, Stored>()
  const tally: Digest['tally'] = { accepted: 0, ignored: 0, refused: 0, unreachable: 0, unknown_device: 0 }
  const heard = new Set<Running>()
  for (const message of messages) {
    const speaker = running.get(message.inverterId)
    const { outcome, readings: found } = speaker
      ? hear(speaker, message)
      : { outcome: 'unknown_device' as const, readings: [] }
    tally[outcome] += 1
    if (!speaker || outcome !== 'accepted') continue
    heard.add(listened(speaker, message.at))
    for (const one of found) {
      const stored = { ...one, inverterId: message.inverterId, at: message.at }
      readings.set(`${message.inverterId} ${one.quantity} ${one.part} ${message.at.getTime()}`, stored)
    }
  }
  return {
    readings: [...readings.values()],
    seen: [...heard].map(one => ({
      inverterId: one.inverterId,
      seenAt: one.seenAt ?? new Date(0),
      intervalMs: one.intervalMs,
    })),
    siteIds: [...new Set([...heard].map(one => one.siteId))],
    tally,
  }
}

function listened(speaker: Running, at: Date): Running {
  const gapMs = speaker.seenAt ? at.getTime() - speaker.seenAt.getTime() : 0
  speaker.intervalMs = observeInterval(speaker.intervalMs, gapMs)
  if (!speaker.seenAt || at > speaker.seenAt) speaker.seenAt = at
  return speaker
}
