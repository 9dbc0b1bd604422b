import { createParser } from 'eventsource-parser'
import { fetchStream } from '../api/request.ts'
import { waitBefore } from './backoff.ts'
import { hearing } from './connection.ts'

/** One thing the platform said: the event's type and its envelope or live figures. */
export type Said = { type: string; body: unknown }
type Heard = (said: Said) => void

// The gateway sends a comment at least this often; a stream silent for longer is dead, whatever the socket says.
const silenceMs = 45_000

const bodyOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

type Ears = { heard: Heard; joined: () => void; leave: AbortSignal }

async function listenOnce({ heard, joined, leave }: Ears, lastId: string | null): Promise<string | null> {
  const silence = new AbortController()
  const begin = () => setTimeout(() => silence.abort(), silenceMs)
  // From before the first byte on: a stream that never opens is as dead as one that falls silent.
  let timer = begin()
  try {
    const response = await fetchStream('/api/customer/events', lastId, AbortSignal.any([leave, silence.signal]))
    let last = lastId
    hearing.set('live')
    joined()
    const parser = createParser({
      onEvent: ({ id, event, data }) => {
        last = id ?? last
        heard({ type: event ?? 'message', body: bodyOf(data) })
      },
    })
    const decoder = new TextDecoder()
    const reader = response.body!.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return last
      clearTimeout(timer)
      timer = begin()
      parser.feed(decoder.decode(value, { stream: true }))
    }
  } finally {
    clearTimeout(timer)
  }
}

/** Waits, but no longer than until the network or the page comes back. */
const pause = (ms: number, leave: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const stop = new AbortController()
    const finish = () => {
      clearTimeout(timer)
      stop.abort()
      resolve()
    }
    const timer = setTimeout(finish, ms)
    window.addEventListener('online', finish, { signal: stop.signal })
    leave.addEventListener('abort', finish, { signal: stop.signal })
  })

/**
 * Hears the account's events until `leave`; comes back by itself after every break and calls `caughtUp` each time it
 * has, for what was said meanwhile was missed.
 */
export async function listen(heard: Heard, caughtUp: () => void, leave: AbortSignal): Promise<void> {
  let attempt = 0
  let last: string | null = null
  while (!leave.aborted) {
    const returning = attempt > 0
    const joined = () => {
      attempt = 0
      // Only once we hear again: what is looked at before could change unheard.
      if (returning) caughtUp()
    }
    try {
      last = await listenOnce({ heard, joined, leave }, last)
    } catch {
      // Whatever broke, the answer is the same: say so, wait, try again.
    }
    if (leave.aborted) return
    hearing.set(navigator.onLine ? 'waiting' : 'offline')
    await pause(waitBefore(attempt, Math.random()), leave)
    attempt += 1
  }
}
