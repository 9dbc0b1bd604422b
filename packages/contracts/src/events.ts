import type { z } from 'zod'
import type { Envelope } from './envelope.ts'
import { billingEvents } from './events/billing.ts'
import { computeEvents } from './events/compute.ts'
import { identityEvents } from './events/identity.ts'
import { meteringEvents } from './events/metering.ts'
import { notificationEvents } from './events/notification.ts'
import { repairsEvents } from './events/repairs.ts'
import { securityEvents } from './events/security.ts'
import { solarEvents } from './events/solar.ts'

/** Every event that may be said, by its type; the type is also its NATS subject. */
export const events = {
  ...identityEvents,
  ...computeEvents,
  ...meteringEvents,
  ...billingEvents,
  ...solarEvents,
  ...repairsEvents,
  ...notificationEvents,
  ...securityEvents,
}

export type EventType = keyof typeof events
export type EventData<T extends EventType> = z.infer<(typeof events)[T]>

/** An event as a consumer gets it: the envelope with its data parsed. */
export type SaharyEvent<T extends EventType = EventType> = T extends EventType
  ? Omit<Envelope, 'type' | 'data'> & { type: T; data: EventData<T> }
  : never

export const isEventType = (type: string): type is EventType => Object.hasOwn(events, type)
