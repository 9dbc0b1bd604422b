import type { Logger } from '@sahary/observability/log'
import mqtt from 'mqtt'
import { writeToStream } from 'mqtt-packet'
import type { Message } from './message.ts'
import { keepaliveS } from './victron.ts'

// It keeps a buffer for each of 65,536 numbers otherwise, some twenty megabytes, for rates that we never see.
writeToStream.cacheNumbers = false

/** What an operator was shown when the device was added, and where the broker is. */
export type Connection = { url: string; username: string; password: string; topicPrefix: string }

export type Device = { say: (messages: readonly Message[]) => void; stop: () => Promise<void> }

/**
 * One inverter's connection. It reconnects for ever, says nothing retained, and drops what it cannot send: a reading
 * that comes late is worth nothing. With `keepalive` it is silent unless it was asked within the last minute.
 */
export function connectDevice(connection: Connection, options: { keepalive?: string; logger: Logger }): Device {
  const { username, password, topicPrefix } = connection
  const { protocol, hostname, port } = new URL(connection.url)
  const client = mqtt.connect({
    protocol: protocol === 'mqtts:' ? 'mqtts' : 'mqtt',
    host: hostname,
    port: Number(port || (protocol === 'mqtts:' ? 8883 : 1883)),
    username,
    password,
    clientId: username,
    protocolVersion: 5,
    reconnectPeriod: 1_000,
    // A new device is refused until the broker has heard of it.
    reconnectOnConnackError: true,
    connectTimeout: 5_000,
    queueQoSZero: false,
  })
  let askedAt = options.keepalive === undefined ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
  client.on('error', error =>
    options.logger.warn({ error, device: username }, 'an inverter could not reach the broker'),
  )
  client.on('connect', () => {
    if (options.keepalive !== undefined) client.subscribe(`${topicPrefix}${options.keepalive}`)
  })
  client.on('message', (_topic, _payload, packet) => {
    // A retained command is an old one; OpenDTU and Venus ignore those too.
    if (!packet.retain) askedAt = performance.now()
  })
  return {
    say: messages => {
      if (!client.connected || performance.now() - askedAt > keepaliveS * 1000) return
      for (const { topic, payload } of messages) client.publish(`${topicPrefix}${topic}`, payload, { qos: 1 })
    },
    stop: () => client.endAsync(true),
  }
}
