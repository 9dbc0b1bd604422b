import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { businessClock, type Clock, type ClockState } from '@sahary/clock/clock'
import { startJob } from '@sahary/clock/job'
import type { Logger } from '@sahary/observability/log'
import type { Connection } from './device.ts'
import type { Scenario } from './scenario.ts'

/** Somebody with the operator's rights who sits at the gateway's door. */
export type Operator = {
  addInverters: (scenario: Scenario, mqttUrl: string) => Promise<Connection[]>
  followClock: () => Promise<{ clock: Clock; stop: () => Promise<void> }>
  runningVcpus: (siteId: number) => Promise<number>
}

type Credentials = { username: string; password: string; topicPrefix: string }

type Door = { url: string; identifier: string; password: string; logger: Logger }

/** Signs in at `url` and again whenever the token has run out. */
export function operator({ logger, ...door }: Door): Operator {
  const call = caller(door)
  const addInverter = async (scenario: Scenario, index: number, mqttUrl: string): Promise<Connection> => {
    const { vendor, name, serial, ratedW } = scenario.devices[index]!
    const settings = vendor === 'victron' ? { settings: { loadMeter: 'acload/40' } } : {}
    const path = `/api/admin/sites/${scenario.siteId}/inverters`
    const body = { vendor, name, serial, ratedW, ...settings }
    // One key per device: a start that was cut off before its credentials were noted gets the same ones again.
    const { credentials } = await call<{ credentials: Credentials }>('POST', path, body, `simulated-${serial}`)
    return { url: mqttUrl, ...credentials }
  }
  return {
    addInverters: async (scenario, mqttUrl) => {
      const connections: Connection[] = []
      for (const index of scenario.devices.keys())
        connections.push(await patiently(() => addInverter(scenario, index, mqttUrl), logger))
      return connections
    },
    followClock: async () => {
      const read = async (): Promise<ClockState> => {
        const shown = await call<{ businessAt: string; rate: number }>('GET', '/api/admin/clock')
        return { ...shown, realAt: new Date().toISOString() }
      }
      const clock = businessClock(await patiently(read, logger))
      const job = startJob({ name: 'clock', everyMs: 1_000, run: async () => clock.adopt(await read()), logger })
      return { clock, stop: job.stop }
    },
    runningVcpus: async siteId => {
      const sites = await call<{ siteId: number; running: { vcpus: number } }[]>('GET', '/api/public/energy')
      return sites.find(site => site.siteId === siteId)?.running.vcpus ?? 0
    },
  }
}

/** Asks at the door as somebody who is signed in. */
function caller({ url, identifier, password }: Omit<Door, 'logger'>) {
  let token: string | undefined
  const send = (method: string, path: string, body?: unknown, key: string = randomUUID()): Promise<Response> =>
    fetch(new URL(path, url), {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': key }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(5_000),
    })
  const signIn = async (): Promise<void> => {
    token = undefined
    token = (await answer<{ accessToken: string }>(await send('POST', '/api/auth/login', { identifier, password })))
      .accessToken
  }
  return async <T>(method: string, path: string, body?: unknown, key?: string): Promise<T> => {
    if (!token) await signIn()
    let response = await send(method, path, body, key)
    if (response.status === 401) {
      await response.body?.cancel()
      await signIn()
      response = await send(method, path, body, key)
    }
    return answer<T>(response)
  }
}

async function answer<T>(response: Response): Promise<T> {
  const body = (await response.json()) as { data: T }
  const { status } = response
  if (!response.ok)
    throw Object.assign(new Error(`${response.url} answered ${status}: ${JSON.stringify(body)}`), { status })
  return body.data
}

/** Does it again, for as long as it takes, while the platform is away or busy; what it refuses is refused. */
async function patiently<T>(work: () => Promise<T>, logger: Logger): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const { status = 503 } = error as { status?: number }
      if (status < 500) throw error
      if (attempt % 20 === 0) logger.info('the platform does not serve yet')
      await pause(500)
    }
  }
}
