import type { EventType, SaharyEvent } from '@sahary/contracts/events'
import type { Tx } from '@sahary/db/connect'
import { withLogContext } from '@sahary/observability/context'
import { withSpan } from '@sahary/observability/tracing'

/** What a service does when it hears an event: the effect, and what it says in turn, in the given transaction. */
export type Handler<DB, T extends EventType> = (tx: Tx<DB>, event: SaharyEvent<T>) => Promise<void>
export type Handlers<DB> = { [T in EventType]?: Handler<DB, T> }

/** Runs the handler of an event as a consequence of what caused the event. */
export async function apply<DB>(on: Handlers<DB>, tx: Tx<DB>, event: SaharyEvent): Promise<void> {
  const handler = on[event.type] as Handler<DB, EventType> | undefined
  await withLogContext({ event_id: event.id }, () =>
    withSpan(
      `process ${event.type}`,
      { 'messaging.system': 'nats', 'messaging.operation.type': 'process', 'messaging.message.id': event.id },
      async () => handler?.(tx, event as never),
      event.traceparent,
    ),
  )
}
