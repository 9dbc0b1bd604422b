import { basename, join } from 'node:path'
import { removeFolder } from '@sahary/local/stack/account'
import { mosquittoInside, mqttUrl, startMosquitto } from '@sahary/local/stack/mosquitto'
import { freePort } from '@sahary/local/stack/port'
import { ownFolder } from './folder.ts'
import { placeOf } from './place.ts'

/** A private mosquitto and the handles to hurt it. */
export type TestMosquitto = {
  /** URL of the solar service: hears every device, makes and removes device accounts. */
  url: string
  /** URL of a device named at the start, or of one that was made since with `password`. */
  urlOf: (deviceId: string | number, password?: string) => string
  /** Address that devices connect to. */
  devicePort: number
  kill: () => Promise<void>
  restart: () => Promise<void>
  pause: () => Promise<void>
  resume: () => Promise<void>
  stop: () => Promise<void>
}

/** Starts a mosquitto of this test file's own; `devices` may sign in from the beginning. */
export async function testMosquitto(devices: readonly (string | number)[] = []): Promise<TestMosquitto> {
  const dir = ownFolder('mosquitto')
  const secretOf = (id: string | number) => `secret-of-${id}`
  const options = {
    dir: join(dir, 'data'),
    port: await freePort(),
    devicePort: await freePort(),
    passwords: { admin: 'test-admin', solar: 'test-solar' },
    devices: devices.map(id => ({ id: String(id), password: secretOf(id) })),
    logFile: join(dir, 'server.log'),
    pidFile: join(dir, 'server.pid'),
  }
  const place = placeOf({
    name: basename(dir),
    server: 'mosquitto',
    process: () => startMosquitto(options),
    folders: [options.dir],
    container: () => mosquittoInside(options),
  })
  let server = await place.start()
  return {
    url: mqttUrl(options, 'solar'),
    urlOf: (id, password = secretOf(id)) =>
      `mqtt://${id}:${encodeURIComponent(password)}@127.0.0.1:${options.devicePort}`,
    devicePort: options.devicePort,
    kill: async () => {
      await server.signal('SIGKILL')
      await server.gone
    },
    restart: async () => {
      await server.stop()
      server = await place.start()
    },
    pause: async () => void (await server.signal('SIGSTOP')),
    resume: async () => void (await server.signal('SIGCONT')),
    stop: async () => {
      await server.stop()
      await place.clear()
      removeFolder(dir)
    },
  }
}
