import { join } from 'node:path'
import { ensureStreams } from '@sahary/bus/admin'
import type { ServiceName } from '@sahary/contracts/services'
import { removeFolder } from '@sahary/local/stack/account'
import { natsUrl, natsUsers, startNats } from '@sahary/local/stack/nats'
import { freePort } from '@sahary/local/stack/port'
import { connect, type NatsConnection } from 'nats'
import { ownFolder } from './folder.ts'

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
  pause: () => void
  resume: () => void
  stop: () => Promise<void>
}

/** Starts a nats-server of this test file's own, with the accounts and permissions of the real one. */
export async function testNats(): Promise<TestNats> {
  const dir = ownFolder('nats')
  const options = {
    dir: join(dir, 'data'),
    port: await freePort(),
    passwords: Object.fromEntries(natsUsers.map(user => [user, `test-${user}`])) as Record<
      ServiceName | 'admin',
      string
    >,
    logFile: join(dir, 'server.log'),
    pidFile: join(dir, 'server.pid'),
    cost: 4,
  }
  let server = await startNats(options)
  let connection: Promise<NatsConnection> | undefined
  const admin = () => {
    connection ??= connect({
      servers: `127.0.0.1:${options.port}`,
      user: 'admin',
      pass: options.passwords.admin,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
    })
    return connection
  }
  const start = async () => {
    server = await startNats(options)
  }
  const kill = async () => {
    server.signal('SIGKILL')
    await server.gone
  }
  await ensureStreams(await admin())
  return {
    url: natsUrl(options, 'admin'),
    urlOf: service => natsUrl(options, service),
    admin,
    kill,
    restart: async () => {
      await server.stop()
      await start()
    },
    wipe: async () => {
      await server.stop()
      removeFolder(join(options.dir, 'store'))
      removeFolder(options.dir)
      await start()
    },
    pause: () => server.signal('SIGSTOP'),
    resume: () => server.signal('SIGCONT'),
    stop: async () => {
      await (await connection)?.close()
      await server.stop()
      removeFolder(options.dir)
      removeFolder(dir)
    },
  }
}
