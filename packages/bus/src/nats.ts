import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { Logger } from '@sahary/observability/log'
import { type ConnectionOptions, connect, type NatsConnection } from 'nats'

/** The standing connection and what speaks JetStream over it. */
export type Line = { nc: NatsConnection; js: JetStreamClient; jsm: JetStreamManager }

/** A service's connection to NATS. It exists before NATS does, and outlives its absences. */
export type Bus = {
  service: string
  /** Resolves with the first connection; rejects only when the bus is closed before there was one. */
  line: Promise<Line>
  /** The connection, as `line` gives it. */
  connection: () => Promise<NatsConnection>
  /** True while the connection stands. */
  connected: () => boolean
  /** Calls back at every change, also at the first connection; gives the way to stop that. */
  onChange: (listener: (state: 'connected' | 'disconnected') => void) => () => void
  close: () => Promise<void>
}

const firstTryMs = 250

/**
 * Opens the bus and returns at once, whether NATS answers or not: a service starts and serves without it, its
 * outbox waits. User and password travel in the URL; several servers are separated by commas.
 */
export async function openBus(url: string, { service, logger }: { service: string; logger: Logger }): Promise<Bus> {
  const listeners = new Set<(state: 'connected' | 'disconnected') => void>()
  const closing = new AbortController()
  let connected = false
  let closed = false
  const change = (state: 'connected' | 'disconnected'): void => {
    connected = state === 'connected'
    logger.info({ state }, 'bus')
    for (const listener of listeners) listener(state)
  }
  const line = connectFirst(connectionOptions(url, service), logger, closing.signal).then(async nc => {
    void follow(nc, change)
    return {
      nc,
      js: jetstream(nc, { timeout: 5_000 }),
      jsm: await jetstreamManager(nc, { checkAPI: false, timeout: 5_000 }),
    }
  })
  line.then(
    () => change('connected'),
    () => {},
  )
  return {
    service,
    line,
    connection: async () => (await line).nc,
    connected: () => connected,
    onChange: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: async () => {
      if (closed) return
      closed = true
      closing.abort()
      await line.then(
        ({ nc }) => nc.close(),
        () => {},
      )
    },
  }
}

/** The client's defaults give up after ten tries and notice a stopped server after four minutes. */
function connectionOptions(url: string, service: string): ConnectionOptions {
  const urls = url.split(',').map(each => new URL(each.includes('://') ? each : `nats://${each}`))
  const { username, password } = urls[0]!
  return {
    servers: urls.map(each => each.host),
    ...(username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : {}),
    name: `${service}#${process.pid}`,
    inboxPrefix: `_INBOX_${service}`,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 2_000,
    maxPingOut: 2,
    timeout: 5_000,
    ignoreAuthErrorAbort: true,
    // Otherwise every request makes two stack traces in advance, a twentieth of the relay's work.
    noAsyncTraces: true,
  }
}

/** Our own loop and not `waitOnFirstConnect`, which cannot be told to stop. */
async function connectFirst(options: ConnectionOptions, logger: Logger, stop: AbortSignal): Promise<NatsConnection> {
  for (let attempt = 0; !stop.aborted; attempt++) {
    try {
      return await connect(options)
    } catch (error) {
      if (attempt % 40 === 0) logger.warn({ err: error }, 'NATS does not answer; the outbox waits')
      await new Promise(resolve => setTimeout(resolve, firstTryMs * (1 + Math.random())))
    }
  }
  throw new Error('the bus was closed')
}

async function follow(nc: NatsConnection, change: (state: 'connected' | 'disconnected') => void): Promise<void> {
  for await (const { type } of nc.status()) {
    if (type === 'disconnect') change('disconnected')
    if (type === 'reconnect') change('connected')
  }
}
