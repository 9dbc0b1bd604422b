import { randomUUID } from 'node:crypto'
import { type JsMsg, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { durableOf, serviceNames, services, speakerOf, streamOf } from '@sahary/contracts/services'
import { eventually } from '@sahary/testing/eventually'
import { connect, headers } from 'nats'
import { expect } from 'vitest'

/** How far a durable consumer has come. */
type Progress = { durable: string; noun: string; delivered: number; pending: number }

/**
 * Says everything that the streams keep once and once more, under message ids that the broker cannot know for copies,
 * and waits until every consumer that listens has been given all of it. Gives how many messages went to each.
 */
export async function sayTwiceMore(natsUrl: string): Promise<Record<string, number>> {
  const { host, username, password } = new URL(natsUrl)
  const nc = await connect({ servers: host, user: username, pass: password })
  try {
    const jsm = await jetstreamManager(nc)
    const js = jetstream(nc)
    const progress = () => progressOf(jsm)
    // A durable to which nothing was ever delivered has nobody who listens.
    const before = (await progress()).filter(({ delivered }) => delivered > 0)
    const kept = (await Promise.all(serviceNames.map(name => messagesOf({ js, jsm }, name)))).flat()
    for (const message of [...kept, ...kept]) {
      const copied = headers()
      for (const [key, values] of message.headers ?? [])
        if (!key.startsWith('Nats-')) for (const value of values) copied.append(key, value)
      await js.publish(message.subject, message.data, { headers: copied, msgID: randomUUID() })
    }
    const copies = (noun: string) => 2 * kept.filter(({ subject }) => subject.startsWith(`${noun}.`)).length
    const given = async () => {
      const now = await progress()
      for (const { durable, noun, delivered } of before) {
        const after = now.find(each => each.durable === durable)!
        expect([durable, after.pending]).toEqual([durable, 0])
        expect(after.delivered, durable).toBeGreaterThanOrEqual(delivered + copies(noun))
      }
    }
    await eventually(given, { withinMs: 90_000, everyMs: 250 })
    return Object.fromEntries(before.map(({ durable, noun }) => [durable, copies(noun)]))
  } finally {
    await nc.close()
  }
}

type Manager = Awaited<ReturnType<typeof jetstreamManager>>

function progressOf(jsm: Manager): Promise<Progress[]> {
  const places = serviceNames.flatMap(hearer =>
    services[hearer].hears.map(noun => ({
      noun,
      durable: durableOf(hearer, noun),
      stream: streamOf(speakerOf(noun)),
    })),
  )
  return Promise.all(
    places.map(async ({ noun, durable, stream }) => {
      const info = await jsm.consumers.info(stream, durable)
      const pending = info.num_pending + info.num_ack_pending
      return { durable, noun, delivered: info.delivered.consumer_seq, pending }
    }),
  )
}

/** Everything that the stream of a service keeps now, in order. */
async function messagesOf(
  { js, jsm }: { js: ReturnType<typeof jetstream>; jsm: Manager },
  service: (typeof serviceNames)[number],
): Promise<JsMsg[]> {
  if (services[service].says.length === 0) return []
  const { state } = await jsm.streams.info(streamOf(service))
  const kept: JsMsg[] = []
  if (state.messages === 0) return kept
  const consumer = await js.consumers.get(streamOf(service))
  for await (const message of await consumer.consume()) {
    kept.push(message)
    if (message.seq >= state.last_seq) break
  }
  return kept
}
