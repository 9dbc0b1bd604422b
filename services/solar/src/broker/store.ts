import type { Logger } from '@sahary/observability/log'
import mqtt, { type IPublishPacket, type MqttClient } from 'mqtt'
import { writeToStream } from 'mqtt-packet'

// It keeps a buffer for each of 65,536 numbers otherwise, some twenty megabytes, for rates that we never see.
writeToStream.cacheNumbers = false

/** A message with the way to say that it is safe with us. */
export type Delivery = {
  topic: string
  payload: Uint8Array
  retained: boolean
  /** The broker keeps it until it is acknowledged; false for QoS 0, which nobody keeps. */
  kept: boolean
  acknowledge: () => void
}

/** Our connection to the devices' broker; it reconnects by itself for as long as it is open. */
export type Broker = {
  connected: () => boolean
  /** Publishes at QoS 0, never retained: a retained command would fire again at every reconnect. Lost while offline. */
  tell: (topic: string, payload: string) => void
  /** Publishes at QoS 1 and resolves with the broker's acknowledgement. */
  say: (topic: string, payload: string) => Promise<void>
  /** Calls back for each message; one that is not acknowledged is delivered again after a reconnect. */
  onMessage: (listener: (delivery: Delivery) => void) => void
  onConnect: (listener: () => void) => void
  close: () => Promise<void>
}

/** Most messages on their way to us without an acknowledgement. */
const receiveMaximum = 1000

/** How long the broker keeps messages for us while we are away. */
const sessionS = 3600

const answers = '$CONTROL/dynamic-security/v1/response'

/**
 * Opens the connection and returns at once. MQTT 5, a session that outlives us, QoS 1, retained messages not even asked
 * for. The acknowledgement of each message is ours to give.
 */
export function openBroker(url: string, { service, logger }: { service: string; logger: Logger }): Broker {
  const client = mqtt.connect({
    ...addressOf(url),
    protocolVersion: 5,
    clientId: service,
    clean: false,
    properties: { sessionExpiryInterval: sessionS, receiveMaximum },
    keepalive: 15,
    connectTimeout: 5000,
    reconnectPeriod: 500,
    resubscribe: false,
    queueQoSZero: false,
  })
  const listeners: ((delivery: Delivery) => void)[] = []
  const connection = stayConnected(client, logger)
  // mqtt.js handles one packet after another and acknowledges each when this calls back. With an error it goes on
  // without acknowledging; we do that ourselves once the batch is committed.
  client.handleMessage = (packet, done) => {
    const here = connection()
    const acknowledge = () => {
      // A packet's number means nothing on another connection; the broker sends it again there.
      if (here === connection() && client.connected) acknowledgePacket(client, packet)
    }
    for (const listener of listeners) listener(deliveryOf(packet, acknowledge))
    done(packet.qos === 0 ? undefined : new Error('acknowledged later'))
  }
  return {
    connected: () => client.connected,
    tell: (topic, payload) => void client.publish(topic, payload, { qos: 0, retain: false }),
    say: async (topic, payload) => void (await client.publishAsync(topic, payload, { qos: 1, retain: false })),
    onMessage: listener => void listeners.push(listener),
    onConnect: listener => void client.on('connect', listener),
    close: () => client.endAsync(true),
  }
}

/** Subscribes at every connection and tells the log of losses; gives which connection this is. */
function stayConnected(client: MqttClient, logger: Logger): () => number {
  let connection = 0
  let faults = 0
  client.on('connect', () => {
    connection += 1
    faults = 0
    logger.info('the broker is there')
    client.subscribe(['devices/#', answers], { qos: 1, rh: 2 }, error => {
      if (error) logger.error({ error }, 'the broker does not let us listen')
    })
  })
  client.on('error', error => {
    // Every half second while the broker is away; once a minute is news enough.
    if (faults % 120 === 0) logger.warn({ reason: error.message }, 'the broker does not answer')
    faults += 1
  })
  return () => connection
}

/** The parts of a URL as the client takes them; given the text it would use Node's deprecated parser. */
function addressOf(text: string) {
  const { protocol, hostname, port, username, password } = new URL(text)
  const secure = protocol === 'mqtts:'
  return {
    protocol: secure ? ('mqtts' as const) : ('mqtt' as const),
    host: hostname,
    port: Number(port || (secure ? 8883 : 1883)),
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
  }
}

const deliveryOf = (packet: IPublishPacket, acknowledge: () => void): Delivery => ({
  topic: packet.topic,
  payload: typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload,
  retained: packet.retain,
  kept: packet.qos > 0,
  acknowledge,
})

function acknowledgePacket(client: MqttClient, packet: IPublishPacket): void {
  if (packet.qos !== 1 || packet.messageId === undefined) return
  // biome-ignore lint/complexity/useLiteralKeys: private by type; the library's handlers call it and offer no other way
  client['_sendPacket']({ cmd: 'puback', messageId: packet.messageId, reasonCode: 0 })
}
