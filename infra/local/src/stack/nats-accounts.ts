import {
  durableOf,
  hearersOf,
  revokingTypes,
  type ServiceName,
  serviceNames,
  services,
  speakerOf,
  streamOf,
} from '@sahary/contracts/services'

/** What a NATS user may publish and subscribe to; `deny` wins. */
export type NatsPermissions = {
  publish: { allow: string[]; deny: string[] }
  subscribe: string[]
  /** May answer a request in the inbox that the request names. */
  allowResponses: boolean
}

const speaking = serviceNames.filter(name => services[name].says.length > 0)

/**
 * The rights of one service's user, from the table of who says and hears what: its own nouns, its own stream,
 * its own durables over exactly the nouns it hears, what takes tokens back at each of its replicas, and the business clock. Subjects as the 2.9.10 server and the
 * v3 client use them (facts on least privilege: the create subject ends in the filter and so pins what is read).
 */
export function permissionsOf(service: ServiceName): NatsPermissions {
  const { says, hears } = services[service]
  const own = speaking.includes(service)
    ? [`$JS.API.STREAM.CREATE.${streamOf(service)}`, ...info(streamOf(service))]
    : []
  const durables = hears.flatMap(noun => durableRights(service, noun))
  const isGateway = service === 'gateway'
  const watched = isGateway ? watching() : revocationRights(service)
  const clock = isGateway ? ['control.clock'] : ['control.clock.get']
  return {
    publish: {
      allow: [...new Set([...says.map(noun => `${noun}.>`), ...own, ...durables, ...clock, ...watched])],
      deny: foreignDurables(service, isGateway ? speaking : watched.length > 0 ? ['identity'] : []),
    },
    subscribe: [`_INBOX_${service}.>`, ...(isGateway ? ['control.clock.get'] : ['control.clock'])],
    allowResponses: isGateway,
  }
}

const info = (stream: string): string[] => [`$JS.API.STREAM.INFO.${stream}`]

function durableRights(service: ServiceName, noun: string): string[] {
  const stream = streamOf(speakerOf(noun))
  const durable = durableOf(service, noun)
  return [
    ...info(stream),
    `$JS.API.CONSUMER.CREATE.${stream}.${durable}.${noun}.>`,
    `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
    `$JS.API.CONSUMER.DELETE.${stream}.${durable}`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
    `$JS.ACK.${stream}.${durable}.>`,
  ]
}

/** The gateway reads every stream with consumers of its own that nobody else knows the names of. */
function watching(): string[] {
  return speaking.flatMap(name => {
    const stream = streamOf(name)
    return [
      ...info(stream),
      `$JS.API.CONSUMER.CREATE.${stream}`,
      `$JS.API.CONSUMER.CREATE.${stream}.>`,
      `$JS.API.CONSUMER.INFO.${stream}.*`,
      `$JS.API.CONSUMER.DELETE.${stream}.*`,
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.*`,
    ]
  })
}

/** A replica's own consumers, by names nobody else knows, over exactly the types that take tokens back. */
function revocationRights(service: ServiceName): string[] {
  const heard = revokingTypes.filter(type => hearersOf(type).includes(service))
  const stream = streamOf('identity')
  return heard.flatMap(type => [
    ...info(stream),
    `$JS.API.CONSUMER.CREATE.${stream}.*.${type}`,
    `$JS.API.CONSUMER.INFO.${stream}.*`,
    `$JS.API.CONSUMER.DELETE.${stream}.*`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.*`,
  ])
}

/** Every durable of the other services on these speakers' streams: wildcards above must not reach them. */
function foreignDurables(service: ServiceName, speakers: readonly ServiceName[]): string[] {
  return serviceNames
    .filter(name => name !== service)
    .flatMap(name =>
      services[name].hears
        .filter(noun => speakers.includes(speakerOf(noun)))
        .flatMap(noun => {
          const place = `${streamOf(speakerOf(noun))}.${durableOf(name, noun)}`
          return [
            `$JS.API.CONSUMER.CREATE.${place}`,
            `$JS.API.CONSUMER.CREATE.${place}.>`,
            `$JS.API.CONSUMER.DELETE.${place}`,
            `$JS.API.CONSUMER.MSG.NEXT.${place}`,
          ]
        }),
    )
}

/** The `accounts` block of a nats-server configuration; `hashOf` gives each user's bcrypt hash. */
export function accountsConfig(hashOf: (user: ServiceName | 'admin') => string): string {
  const user = (service: ServiceName) => {
    const rights = permissionsOf(service)
    const permissions = {
      publish: rights.publish,
      subscribe: rights.subscribe,
      ...(rights.allowResponses ? { allow_responses: true } : {}),
    }
    return `      { user: ${service}, password: ${JSON.stringify(hashOf(service))}, permissions: ${JSON.stringify(permissions)} }`
  }
  return [
    'accounts {',
    '  SAHARY: { jetstream: enabled, users: [',
    `      { user: admin, password: ${JSON.stringify(hashOf('admin'))} }`,
    ...serviceNames.map(user),
    '  ] }',
    '}',
  ].join('\n')
}
