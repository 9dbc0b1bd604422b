import { Envelope } from '@sahary/contracts/envelope'
import { events, isEventType, type SaharyEvent } from '@sahary/contracts/events'
import type { Cause } from './parked.ts'

/** What a message says: an event, one that this version does not know, or nothing that can be read. */
export type Reading =
  | { is: 'event'; event: SaharyEvent }
  | { is: 'unknown'; type: string }
  | { is: 'unreadable'; cause: Cause }

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Reads a message strictly: envelope, then the data of its type. */
export function readMessage(payload: Uint8Array): Reading {
  let json: unknown
  try {
    json = JSON.parse(decoder.decode(payload))
  } catch (error) {
    return { is: 'unreadable', cause: { reason: 'not JSON', detail: String(error) } }
  }
  const envelope = Envelope.safeParse(json)
  if (!envelope.success) return { is: 'unreadable', cause: { reason: 'not an event', detail: envelope.error.message } }
  const { id, type, subject } = envelope.data
  if (!isEventType(type)) return { is: 'unknown', type }
  const data = events[type].safeParse(envelope.data.data)
  if (!data.success) {
    return {
      is: 'unreadable',
      cause: { reason: 'not the data of its type', detail: data.error.message, event: { id, type, subject } },
    }
  }
  return { is: 'event', event: { ...envelope.data, type, data: data.data } as SaharyEvent }
}
