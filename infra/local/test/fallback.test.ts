import { resolve } from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { bringServerImage } from '@sahary/docker/bring'
import { ownDocker } from '@sahary/testing/docker'
import { eventually } from '@sahary/testing/eventually'
import { connectAsync } from 'mqtt'
import { connect, type NatsConnection } from 'nats'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { networksOf, removeStore } from '../src/stack/container.ts'
import { dockerAt } from '../src/stack/docker.ts'
import { mosquittoInside, mqttUrl } from '../src/stack/mosquitto.ts'
import { type NatsUser, natsInside, natsUsers } from '../src/stack/nats.ts'
import { freePort } from '../src/stack/port.ts'
import { redisInside } from '../src/stack/redis.ts'
import { type Ways, wayToRun } from '../src/stack/way.ts'

/** A machine on which no server is installed and none can be. */
const ensure = async (name: string): Promise<string> => {
  throw new Error(`${name} is missing: install it`)
}
let engine: Awaited<ReturnType<typeof ownDocker>>
const tell = () => {}
const start = async (ways: Ways) =>
  (
    await wayToRun(ways, {
      tag: 'abc123',
      engine: async () => ({ host: engine.address, stop: async () => {} }),
      ensure,
      tell,
    })
  )()
const never = () => Promise.reject(new Error('there is no such process here'))

beforeAll(async () => {
  engine = await ownDocker()
  const cacheDir = resolve(import.meta.dirname, '../../../.sahary/server-images')
  await bringServerImage(dockerAt(engine.address), 'nats', { env: process.env, cacheDir, tell })
}, 180_000)
afterAll(() => engine?.stop(), 60_000)

test('without an engine the refusal says what to install', async () => {
  const ways = { server: 'redis', command: 'redis-server', debianPackage: 'redis-server', process: never } as const
  const none = { tag: 'abc123', engine: async () => undefined, ensure, tell }
  await expect(wayToRun({ ...ways, container: () => redisInside({ port: 1, password: 'x' }) }, none)).rejects.toThrow(
    'redis-server is missing: install it',
  )
})

test('two that start at once share one network', { timeout: 60_000 }, async () => {
  const [one, two, three] = [await freePort(), await freePort(), await freePort()]
  const redis = (port: number): Ways => ({
    server: 'redis',
    command: 'redis-server',
    debianPackage: 'redis-server',
    process: never,
    container: () => redisInside({ port, password: 'x' }),
  })
  const broker: Ways = {
    ...redis(two),
    server: 'mosquitto',
    container: () => mosquittoInside({ port: two, devicePort: three, passwords: { admin: 'a', solar: 's' } }),
  }
  const servers = await Promise.all([start(redis(one)), start(broker)])
  expect(await networksOf(dockerAt(engine.address), 'sahary-abc123-servers')).toHaveLength(1)
  for (const server of servers) await server.stop()
  await removeStore({ docker: dockerAt(engine.address), name: 'sahary-abc123-mosquitto' })
})

test('NATS as a container keeps its streams when it ends and is started anew', { timeout: 60_000 }, async () => {
  const passwords = Object.fromEntries(natsUsers.map(user => [user, `of-${user}`])) as Record<NatsUser, string>
  const options = { port: await freePort(), passwords, cost: 4 }
  const ways: Ways = {
    server: 'nats',
    command: 'nats-server',
    debianPackage: 'nats-server',
    process: never,
    container: image => natsInside(options, image),
  }
  const asAdmin = async <T>(work: (nc: NatsConnection) => Promise<T>): Promise<T> => {
    const nc = await connect({ servers: `127.0.0.1:${options.port}`, user: 'admin', pass: passwords.admin })
    return work(nc).finally(() => nc.close())
  }
  const first = await start(ways)
  await asAdmin(async nc => {
    await (await jetstreamManager(nc)).streams.add({ name: 'KEPT', subjects: ['kept.>'] })
    await jetstream(nc).publish('kept.one', 'text')
  })
  await first.signal('SIGKILL')
  await first.gone
  const second = await start(ways)
  await asAdmin(async nc => {
    const info = await (await jetstreamManager(nc)).streams.info('KEPT')
    expect(info.state.messages).toBe(1)
  })
  await second.stop()
})

test('the broker as a container keeps its accounts, and listens on loopback alone', { timeout: 60_000 }, async () => {
  const passwords = { admin: 'of-admin', solar: 'of-solar' }
  const options = { port: await freePort(), devicePort: await freePort(), passwords }
  const ways: Ways = {
    server: 'mosquitto',
    command: 'mosquitto',
    debianPackage: 'mosquitto',
    process: never,
    container: () => mosquittoInside(options),
  }
  const signIn = async (url: string) => (await connectAsync(url, { reconnectPeriod: 0 }, false)).endAsync(true)
  const first = await start(ways)
  await signIn(mqttUrl(options, 'solar'))
  const { NetworkSettings } = await dockerAt(engine.address).getContainer('sahary-abc123-mosquitto').inspect()
  const bound = Object.values(NetworkSettings.Ports).flatMap(ports => ports ?? [])
  expect(bound.map(({ HostIp }) => HostIp)).toEqual(['127.0.0.1', '127.0.0.1'])
  const late = `mqtt://late:of-late@127.0.0.1:${options.devicePort}`
  const solar = await connectAsync(mqttUrl(options, 'solar'))
  const command = { command: 'createClient', username: 'late', password: 'of-late' }
  await solar.publishAsync('$CONTROL/dynamic-security/v1', JSON.stringify({ commands: [command] }))
  await solar.endAsync()
  await eventually(() => signIn(late))
  await first.stop()
  const changed = { ...options, passwords: { ...passwords, solar: 'another' } }
  const second = await start({ ...ways, container: () => mosquittoInside(changed) })
  await signIn(mqttUrl(options, 'solar'))
  await signIn(late)
  await expect(signIn(mqttUrl(changed, 'solar'))).rejects.toThrow()
  await second.stop()
})
