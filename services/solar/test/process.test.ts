import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { eventually } from '@sahary/testing/eventually'
import { type TestMosquitto, testMosquitto } from '@sahary/testing/mosquitto'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { connectAsync } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { credentialsOf } from '../src/inverter/credential.ts'
import { type Bench, deviceKey, roofSerial, solarBench } from './bench.ts'

const sites = [
  {
    siteId: 1,
    name: 'Seeded roof',
    lat: 30.0444,
    lon: 31.2357,
    timezone: 'Africa/Cairo',
    ratedW: 5000,
    inverters: [{ inverterId: 1, vendor: 'opendtu', name: 'Roof', serial: roofSerial, ratedW: 2000 }],
  },
]
let bench: Bench
let nats: TestNats
let broker: TestMosquitto
const children: ChildProcess[] = []

beforeAll(async () => {
  bench = await solarBench()
  nats = await testNats()
  broker = await testMosquitto()
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await Promise.all([broker.stop(), nats.stop()])
  await bench.end()
})

type Replica = { child: ChildProcess; url: string; gone: Promise<number | null> }

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Starts a process of solar and waits until it is ready. */
async function start(): Promise<Replica> {
  const [port, opsPort] = [await freePort(), await freePort()]
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: bench.url,
      NATS_URL: nats.urlOf('solar'),
      MQTT_URL: broker.url,
      DEVICE_SECRET_KEY: deviceKey,
      JWKS_URL: 'http://127.0.0.1:9/jwks.json',
      SITES: JSON.stringify(sites),
      PORT: String(port),
      OPS_PORT: String(opsPort),
      LOG_LEVEL: 'warn',
    },
    stdio: 'inherit',
  })
  children.push(child)
  const gone = new Promise<number | null>(resolve => child.once('exit', resolve))
  await eventually(async () => expect((await fetch(`http://127.0.0.1:${opsPort}/readyz`)).status).toBe(200), {
    withinMs: 20_000,
  })
  return { child, gone, url: `http://127.0.0.1:${port}` }
}
const energy = async ({ url }: Replica) =>
  ((await (await fetch(`${url}/api/public/energy`)).json()) as { data: unknown[] }).data

test('two replicas serve, one listens; when it is killed the other takes over, and both leave quietly when asked', async () => {
  const first = await start()
  expect(await energy(first)).toMatchObject([{ siteId: 1, name: 'Seeded roof', quality: 'none', level: 'normal' }])
  const second = await start()
  const { username, password, topicPrefix } = credentialsOf(deviceKey, 1, 1)
  const device = await eventually(
    () =>
      connectAsync(
        `mqtt://127.0.0.1:${broker.devicePort}`,
        { username, password, protocolVersion: 5, reconnectPeriod: 0 },
        false,
      ),
    { withinMs: 15_000, everyMs: 200 },
  )
  const shine = (watts: number) =>
    device.publishAsync(`${topicPrefix}solar/${roofSerial}/0/power`, `${watts}.0`, { qos: 1 })
  await shine(700)
  await eventually(async () => expect(await energy(second)).toMatchObject([{ pvW: 700, quality: 'measured' }]))
  first.child.kill('SIGKILL')
  await first.gone
  await shine(800)
  await eventually(async () => expect(await energy(second)).toMatchObject([{ pvW: 800 }]), { withinMs: 15_000 })
  const asked = performance.now()
  second.child.kill('SIGTERM')
  expect(await second.gone).toBe(0)
  expect(performance.now() - asked).toBeLessThan(4000)
  await device.endAsync(true)
  expect((await bench.pool.query('select from inverter')).rowCount).toBe(1)
})
