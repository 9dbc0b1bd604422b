import { basename, join } from 'node:path'
import { ensureStreams } from '@sahary/bus/admin'
import type { ServiceName } from '@sahary/contracts/services'
import { removeFolder } from '@sahary/local/stack/account'
import { type NatsOptions, natsInside, natsUrl, natsUsers, startNats } from '@sahary/local/stack/nats'
import { freePort } from '@sahary/local/stack/port'
import { connect, type NatsConnection } from 'nats'
import { ownFolder } from './folder.ts'
import { placeOf } from './place.ts'

/** A private nats-server with every stream made, and the handles to hurt it. */
export type TestNats = {
  /** URL of the administrator, who may do everything. */
  url: string
  /** URL of a service's own user, with its own rights only. */
  urlOf: (service: ServiceName) => string
  /** A connection of the administrator, kept open until `stop`. */
  admin: () => Promise<NatsConnection>
  /** SIGKILL, as a crash does it. */
  kill: () => Promise<void>
  /** Starts it again on the same port with what it had stored. */
  restart: () => Promise<void>
  /** Stops it, throws its whole store away and starts it empty (streams are not made again). */
  wipe: () => Promise<void>
  /** SIGSTOP and SIGCONT: it neither answers nor closes anything. */
  pause: () => Promise<void>
  resume: () => Promise<void>
  stop: () => Promise<void>
}

/** Starts a nats-server of this test file's own, with the accounts and permissions of the real one. */
export async function testNats(): Promise<TestNats> {
  const dir = ownFolder('nats')
  const options = await optionsIn(dir)
  const place = placeOf({
    name: basename(dir),
    server: 'nats',
    process: () => startNats(options),
    folders: [join(options.dir, 'store'), options.dir],
    container: image => natsInside(options, image),
  })
  let server = await place.start()
  const start = async () => {
    server = await place.start()
  }
  const admin = administrator(options)
  await ensureStreams(await admin())
  return {
    url: natsUrl(options, 'admin'),
    urlOf: service => natsUrl(options, service),
    admin,
    kill: async () => {
      await server.signal('SIGKILL')
      await server.gone
    },
    restart: async () => {
      await server.stop()
      await start()
    },
    wipe: async () => {
      await server.stop()
      await place.clear()
      await start()
    },
    pause: async () => void (await server.signal('SIGSTOP')),
    resume: async () => void (await server.signal('SIGCONT')),
    stop: async () => {
      await (await admin()).close()
      await server.stop()
      await place.clear()
      removeFolder(dir)
    },
  }
}

async function optionsIn(dir: string): Promise<NatsOptions> {
  const passwords = Object.fromEntries(natsUsers.map(user => [user, `test-${user}`]))
  return {
    dir: join(dir, 'data'),
    port: await freePort(),
    passwords: passwords as NatsOptions['passwords'],
    logFile: join(dir, 'server.log'),
    pidFile: join(dir, 'server.pid'),
    cost: 4,
  }
}

/** One connection of the administrator, opened when first asked for. */
function administrator({ port, passwords }: NatsOptions): () => Promise<NatsConnection> {
  let connection: Promise<NatsConnection> | undefined
  return () => {
    connection ??= connect({
      servers: `127.0.0.1:${port}`,
      user: 'admin',
      pass: passwords.admin,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
    })
    return connection
  }
}
