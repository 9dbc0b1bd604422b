import { jetstream } from '@nats-io/jetstream'
import type { Envelope } from '@sahary/contracts/envelope'
import { type EventData, type EventType, events } from '@sahary/contracts/events'
import { speakerOf, streamOf } from '@sahary/contracts/services'
import type { SpineTables } from '@sahary/db/spine'
import type { Kysely } from 'kysely'
import { v7 } from 'uuid'
import type { TestNats } from './nats.ts'

const sequences = new WeakMap<TestNats, Map<string, number>>()

/** What an envelope says of itself, where a test cares. */
export type Said = { at?: Date; id?: string; sequence?: number; traceparent?: string }
/** Where an event is said: on a server, and how when that matters. */
export type Saying = TestNats | (Said & { nats: TestNats })

const partsOf = (saying: Saying) => ('nats' in saying ? saying : { nats: saying })

/** An event as another service would write it; `sequence` counts up per noun and subject on this server. */
export function eventOf<T extends EventType>(
  saying: Saying,
  type: T,
  subject: number | string,
  data: EventData<T>,
): Envelope {
  const { nats, ...said }: Said & { nats: TestNats } = partsOf(saying)
  const noun = type.split('.')[0]!
  const counted = sequences.get(nats) ?? new Map<string, number>()
  sequences.set(nats, counted)
  const key = `${noun}/${subject}`
  const sequence = said.sequence ?? (counted.get(key) ?? 0) + 1
  counted.set(key, Math.max(sequence, counted.get(key) ?? 0))
  return {
    specversion: '1.0',
    id: said.id ?? v7(),
    source: `sahary/${speakerOf(noun)}`,
    type,
    time: (said.at ?? new Date()).toISOString(),
    subject: String(subject),
    sequence,
    ...(said.traceparent ? { traceparent: said.traceparent } : {}),
    data: events[type].parse(data),
  }
}

/** Publishes an event as the service that owns it would, and gives its envelope. */
export async function say<T extends EventType>(
  saying: Saying,
  type: T,
  subject: number | string,
  data: EventData<T>,
): Promise<Envelope> {
  const event = eventOf(saying, type, subject, data)
  await sayAgain(partsOf(saying).nats, event)
  return event
}

/** Publishes an envelope as it is, past the broker's own duplicate check: what a redelivery looks like. */
export async function sayAgain(nats: TestNats, event: Envelope): Promise<void> {
  const js = jetstream(await nats.admin())
  await js.publish(event.type, JSON.stringify(event), {
    expect: { streamName: streamOf(speakerOf(event.type.split('.')[0]!)) },
  })
}

/** What this service has said so far, oldest first: the rows of its outbox, with the data as an object. */
export async function heard<DB extends SpineTables>(db: Kysely<DB>): Promise<Heard[]> {
  const rows = await (db as unknown as Kysely<SpineTables>)
    .selectFrom('outbox')
    .select(['event_id', 'type', 'subject', 'sequence', 'occurred_at', 'data', 'published_at'])
    .orderBy('id')
    .execute()
  return rows.map(row => ({
    id: row.event_id,
    type: row.type,
    subject: row.subject,
    sequence: Number(row.sequence),
    time: row.occurred_at,
    data: row.data,
    published: row.published_at !== null,
  }))
}

/** One event in an outbox. */
export type Heard = {
  id: string
  type: string
  subject: string
  sequence: number
  time: Date
  data: Record<string, unknown>
  published: boolean
}
