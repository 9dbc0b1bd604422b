import type { SaharyEvent } from '@sahary/contracts/events'
import { Refusal } from '@sahary/contracts/refusal'
import { endsListening, frameOf, isNews, type Listener, mayHear } from './feed.ts'

/** An open stream. `send` takes text as it goes over the wire; `end` closes the stream. */
export type Stream = { listener: Listener; send(text: string): void; end(): void }

/** Everybody who listens at this replica, and the last events, for those who come back. */
export type Hub = {
  /** Lets a stream in, tells it what it missed since the event `lastId`, and gives the way to leave. */
  join(stream: Stream, lastId?: string): () => void
  /** Tells an event to whom it concerns; one that was told before is not told again. */
  tell(event: SaharyEvent): void
  /** Tells everybody something that is true for now only. */
  tellAll(type: string, body: unknown): void
  size(): number
  closeAll(): void
}

/** Everybody's streams together, one user's streams, and events kept. */
export type HubBounds = { streams: number; perUser: number; kept: number }
const usualBounds: HubBounds = { streams: 5000, perUser: 8, kept: 2000 }

export function createHub(bounds: HubBounds = usualBounds): Hub {
  const streams = new Set<Stream>()
  const kept = new Map<string, { event: SaharyEvent; frame: string }>()
  const catchUp = (stream: Stream, lastId: string) => {
    const ids = [...kept.keys()]
    const place = ids.indexOf(lastId)
    // What was missed is not known here any more: the listener has to look for itself.
    if (place < 0) return stream.send(frameOf({ type: 'resync', body: {} }))
    for (const id of ids.slice(place + 1)) {
      const { event, frame } = kept.get(id)!
      if (mayHear(stream.listener, event)) stream.send(frame)
    }
  }
  return {
    join: (stream, lastId) => {
      const own = [...streams].filter(({ listener }) => listener.userId === stream.listener.userId).length
      if (own >= bounds.perUser) throw new Refusal('rate_limited', { retryAfterS: 30 })
      if (streams.size >= bounds.streams) throw new Refusal('busy', { retryAfterS: 30 })
      streams.add(stream)
      if (lastId !== undefined) catchUp(stream, lastId)
      return () => streams.delete(stream)
    },
    tell: event => {
      for (const stream of streams) if (endsListening(stream.listener, event)) stream.end()
      if (kept.has(event.id) || !isNews(event)) return
      const frame = frameOf({ id: event.id, type: event.type, body: event })
      kept.set(event.id, { event, frame })
      if (kept.size > bounds.kept) kept.delete(kept.keys().next().value as string)
      for (const stream of streams) if (mayHear(stream.listener, event)) stream.send(frame)
    },
    tellAll: (type, body) => {
      const frame = frameOf({ type, body })
      for (const stream of streams) stream.send(frame)
    },
    size: () => streams.size,
    closeAll: () => {
      for (const stream of streams) stream.end()
    },
  }
}
