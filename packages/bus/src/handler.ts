import type { EventType, SaharyEvent } from '@sahary/contracts/events'
import type { Tx } from '@sahary/db/connect'
import { withLogContext } from '@sahary/observability/context'
import { withSpan } from '@sahary/observability/tracing'

/**
 * What a service does when it hears an event: the effect, and what it says in turn, in the given transaction. `many`
 * takes a run of events of its type at once, in their order, where the consumer's `batch` allows several.
 */
export type Handler<DB, T extends EventType> =
  | ((tx: Tx<DB>, event: SaharyEvent<T>) => Promise<void>)
  | { many: (tx: Tx<DB>, events: readonly SaharyEvent<T>[]) => Promise<void> }
export type Handlers<DB> = { [T in EventType]?: Handler<DB, T> }

/** Runs the handlers of events in their order, each as a consequence of what caused it. */
export async function apply<DB>(on: Handlers<DB>, tx: Tx<DB>, events: readonly SaharyEvent[]): Promise<void> {
  for (const run of runsOf(on, events)) await applyRun(on, tx, run)
}

async function applyRun<DB>(on: Handlers<DB>, tx: Tx<DB>, run: readonly SaharyEvent[]): Promise<void> {
  const { id, type, traceparent } = run[0]!
  const handler = on[type] as Handler<DB, EventType> | undefined
  const work = async () => {
    if (typeof handler === 'function') await handler(tx, run[0] as never)
    else await handler?.many(tx, run as never)
  }
  const attributes = {
    'messaging.system': 'nats',
    'messaging.operation.type': 'process',
    'messaging.message.id': id,
    'messaging.batch.message_count': run.length,
  }
  await withLogContext({ event_id: id }, () => withSpan(`process ${type}`, attributes, work, traceparent))
}

/** Events that follow each other, are of one type and may be taken together. */
export function runsOf<DB>(on: Handlers<DB>, events: readonly SaharyEvent[]): SaharyEvent[][] {
  const runs: SaharyEvent[][] = []
  for (const event of events) {
    const last = runs.at(-1)
    const isMore = last?.[0]?.type === event.type && typeof on[event.type] === 'object'
    if (last && isMore) last.push(event)
    else runs.push([event])
  }
  return runs
}
