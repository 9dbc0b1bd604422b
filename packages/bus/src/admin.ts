import { isDeepStrictEqual } from 'node:util'
import { jetstreamManager } from '@nats-io/jetstream'
import { serviceNames, services } from '@sahary/contracts/services'
import type { NatsConnection } from 'nats'
import { ensureDurable, type StreamSizes, streamConfig, streamInfo } from './streams.ts'

/** Makes every stream and durable of the contracts; safe to repeat. The connection's user must be an administrator. */
export async function ensureStreams(nc: NatsConnection, sizes: StreamSizes = {}): Promise<void> {
  const jsm = await jetstreamManager(nc, { checkAPI: false, timeout: 10_000 })
  for (const service of serviceNames) {
    if (services[service].says.length === 0) continue
    const config = streamConfig(service, sizes)
    const info = await streamInfo(jsm, config.name)
    if (!info) await jsm.streams.add(config)
    // After an update the 2.9 server gives a stream another birth date, by which relays know a lost stream.
    else if (!isDeepStrictEqual({ ...info.config, ...config }, info.config))
      await jsm.streams.update(config.name, config)
  }
  for (const service of serviceNames) {
    for (const noun of services[service].hears) await ensureDurable(jsm, service, noun)
  }
}
