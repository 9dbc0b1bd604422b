import { type ServiceName, streamOf } from '@sahary/contracts/services'
import { createInbox, headers, type Msg, type NatsConnection } from 'nats'
import { createBell } from './bell.ts'
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

const withinMs = 2_000

/**
 * Publishes a wave, each row under its event's id, so that the stream knows it when it comes again. Gives what became of
 * each: where it lies now, or why that is not known. One subscription hears all acknowledgements; a request of the
 * client for each would be most of the relay's work.
 */
export async function publishWave(
  nc: NatsConnection,
  service: ServiceName,
  wave: readonly Waiting[],
): Promise<(Placed | Error)[]> {
  const inbox = createInbox(`_INBOX_${service}`)
  const answers: (Placed | Error | undefined)[] = wave.map(() => undefined)
  let left = wave.length
  const whole = createBell()
  const hear = (n: number, answer: Placed | Error): void => {
    answers[n] = answer
    left -= 1
    if (left === 0) whole.ring()
  }
  const subscription = nc.subscribe(`${inbox}.*`, {
    callback: (error, message) => {
      const n = Number(message.subject.slice(inbox.length + 1))
      hear(n, error ?? placedAt(wave[n]!, message))
    },
  })
  for (const [n, row] of wave.entries()) {
    const about = headers()
    about.set('Nats-Msg-Id', row.event_id)
    about.set('Nats-Expected-Stream', streamOf(service))
    nc.publish(row.type, envelopeOf(service, row), { reply: `${inbox}.${n}`, headers: about })
  }
  await whole.wait(withinMs)
  subscription.unsubscribe()
  return answers.map(answer => answer ?? new Error('a publish was not acknowledged'))
}

type Acknowledgement = { seq?: number; duplicate?: boolean; error?: { description?: string } }

/** Where a row came to lie, or what the server said instead: an error, or nothing at all when no stream listens. */
function placedAt({ day, id, type }: Waiting, message: Pick<Msg, 'string'>): Placed | Error {
  const text = message.string()
  const { seq, duplicate = false, error } = (text === '' ? {} : JSON.parse(text)) as Acknowledgement
  if (!seq) return new Error(`${type} was not stored: ${error?.description ?? 'no stream'}`)
  return { day, id, seq, duplicate }
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
