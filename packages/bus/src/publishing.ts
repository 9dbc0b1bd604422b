import type { JetStreamClient, PubAck } from '@nats-io/jetstream'
import { type ServiceName, streamOf } from '@sahary/contracts/services'
import type { Placed, Waiting } from './outbox.ts'

/**
 * Splits rows so that no thing has two events in one wave. A wave is published in parallel, and the next begins
 * when all of it is acknowledged: a publish that is lost on a breaking connection is never overtaken by a later
 * event of the same thing.
 */
export function wavesOf<T extends Pick<Waiting, 'type' | 'subject'>>(rows: readonly T[]): T[][] {
  const waves: T[][] = []
  const depth = new Map<string, number>()
  for (const row of rows) {
    const thing = `${row.type.split('.', 1)[0]}/${row.subject}`
    const wave = depth.get(thing) ?? 0
    depth.set(thing, wave + 1)
    const list = waves[wave] ?? []
    waves[wave] = list
    list.push(row)
  }
  return waves
}

/** Publishes one row under its event's id, so that the stream knows it when it comes again. */
export function publish(js: JetStreamClient, service: ServiceName, row: Waiting): Promise<PubAck> {
  return js.publish(row.type, envelopeOf(service, row), {
    msgID: row.event_id,
    expect: { streamName: streamOf(service) },
    timeout: 2_000,
  })
}

/** CloudEvents JSON, put together around the data's own text. */
function envelopeOf(service: ServiceName, row: Waiting): string {
  const head = {
    specversion: '1.0',
    id: row.event_id,
    source: `sahary/${service}`,
    type: row.type,
    time: row.time,
    subject: row.subject,
    sequence: Number(row.sequence),
    ...(row.traceparent ? { traceparent: row.traceparent } : {}),
  }
  return `${JSON.stringify(head).slice(0, -1)},"data":${row.data}}`
}

/** Where an acknowledged row came to lie; nothing when it was not acknowledged. */
export function placedAt(row: Waiting, ack: PromiseSettledResult<PubAck>): (Placed & { duplicate: boolean })[] {
  if (ack.status === 'rejected') return []
  return [{ day: row.day, id: row.id, seq: ack.value.seq, duplicate: ack.value.duplicate }]
}
