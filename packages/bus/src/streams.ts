import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  ReplayPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream'
import { durableOf, type ServiceName, services, speakerOf, streamOf } from '@sahary/contracts/services'
import { nanos } from 'nats'

export type StreamSizes = { replicas?: number; maxBytes?: number }

const dayMs = 86_400_000

/** The stream of a speaking service: refuses when full, rather than forget the oldest. */
export function streamConfig(
  service: ServiceName,
  { replicas = 1, maxBytes = 512 * 1024 * 1024 }: StreamSizes = {},
): Partial<StreamConfig> & { name: string; subjects: string[] } {
  return {
    name: streamOf(service),
    subjects: services[service].says.map(noun => `${noun}.>`),
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    max_age: nanos(7 * dayMs),
    max_bytes: maxBytes,
    max_msg_size: 128 * 1024,
    duplicate_window: nanos(5 * 60_000),
    num_replicas: replicas,
    deny_delete: true,
    deny_purge: true,
  }
}

/** How `service` hears `noun`: everything from the beginning, its inbox knows what it has had. */
export function durableConfig(service: ServiceName, noun: string): Partial<ConsumerConfig> & { durable_name: string } {
  return {
    durable_name: durableOf(service, noun),
    filter_subject: `${noun}.>`,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    replay_policy: ReplayPolicy.Instant,
    ack_wait: nanos(30_000),
    max_ack_pending: 256,
    max_deliver: -1,
  }
}

/** The stream as it is, or undefined when there is none. */
export async function streamInfo(jsm: JetStreamManager, stream: string): Promise<StreamInfo | undefined> {
  return jsm.streams.info(stream).catch(orUndefined)
}

/**
 * Makes the durable of `service` for `noun` when it is missing, and makes it anew when it stands ahead of its
 * stream: a stream that lost its end would otherwise never deliver the next messages, and nothing would say so.
 */
export async function ensureDurable(
  jsm: JetStreamManager,
  service: ServiceName,
  noun: string,
): Promise<'kept' | 'made'> {
  const stream = streamOf(speakerOf(noun))
  const durable = durableOf(service, noun)
  const { state } = await jsm.streams.info(stream)
  const info = await jsm.consumers.info(stream, durable).catch(orUndefined)
  if (info) {
    const position = Math.max(info.delivered.stream_seq, info.ack_floor.stream_seq)
    if (position <= state.last_seq) return 'kept'
    await jsm.consumers.delete(stream, durable).catch(orUndefined)
  }
  await jsm.consumers.add(stream, durableConfig(service, noun))
  return 'made'
}

const notFound = new Set([10014, 10059])

function orUndefined(error: unknown): undefined {
  if (error instanceof JetStreamApiError && (notFound.has(error.code) || error.status === 404)) return undefined
  throw error
}
