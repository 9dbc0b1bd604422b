import { type EventType, events } from '@sahary/contracts/events'
import { hearersOf, speakerOf, streamOf } from '@sahary/contracts/services'
import { z } from 'zod'

const types = Object.keys(events) as EventType[]
const nameOf = (type: string): string => type.replaceAll('.', '_')
const nounOf = (type: string): string => type.split('.', 1)[0]!

const envelope = {
  type: 'object',
  description: 'CloudEvents 1.0 in JSON.',
  required: ['specversion', 'id', 'source', 'type', 'time', 'subject', 'sequence', 'data'],
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string', format: 'uuid' },
    source: { type: 'string', description: '`sahary/<service>`' },
    time: { type: 'string', format: 'date-time', description: 'When it happened, on the business clock.' },
    subject: { type: 'string', description: 'The id of the thing.' },
    sequence: { type: 'integer', minimum: 1, description: 'Position among the events of this thing, without gaps.' },
    traceparent: { type: 'string' },
  },
}

/** Every event that the platform says, who says it and who hears it, as AsyncAPI 3.0, from the contracts themselves. */
export function asyncApi(): object {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Sahary Cloud: events',
      version: '1',
      description: 'Facts, said over NATS JetStream. The subject of a message is its type.',
    },
    defaultContentType: 'application/cloudevents+json',
    channels: Object.fromEntries(types.map(type => [nameOf(type), channel(type)])),
    operations: Object.fromEntries([...types.map(said), ...types.flatMap(heard)]),
    components: {
      schemas: { Envelope: envelope },
      messages: Object.fromEntries(types.map(type => [nameOf(type), message(type)])),
    },
  }
}

const channel = (type: EventType): object => ({
  address: type,
  description: `In the stream ${streamOf(speakerOf(nounOf(type)))}.`,
  messages: { [nameOf(type)]: { $ref: `#/components/messages/${nameOf(type)}` } },
})

function message(type: EventType): object {
  const { $schema: _dialect, ...shape } = z.toJSONSchema(events[type], { io: 'input', unrepresentable: 'any' })
  const own = { properties: { type: { const: type }, data: shape } }
  return { name: type, payload: { allOf: [{ $ref: '#/components/schemas/Envelope' }, own] } }
}

const operation = (action: string, type: EventType): object => ({
  action,
  channel: { $ref: `#/channels/${nameOf(type)}` },
})

const said = (type: EventType): [string, object] => {
  const speaker = speakerOf(nounOf(type))
  return [`${speaker}_says_${nameOf(type)}`, { ...operation('send', type), tags: [{ name: speaker }] }]
}

const heard = (type: EventType): [string, object][] =>
  hearersOf(type).map(name => [`${name}_hears_${nameOf(type)}`, { ...operation('receive', type), tags: [{ name }] }])
