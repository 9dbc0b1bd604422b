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

/** Signs in at `url` and again whenever the token has run out. */
export function operator({
  url,
  identifier,
  password,
  logger,
}: {
  url: string
  identifier: string
  password: string
  logger: Logger
}): Operator {
  let token: string | undefined
  const send = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(new URL(path, url), {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
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
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    if (!token) await signIn()
    let response = await send(method, path, body)
    if (response.status === 401) {
      await response.body?.cancel()
      await signIn()
      response = await send(method, path, body)
    }
    return answer<T>(response)
  }
  const addInverter = async (scenario: Scenario, index: number, mqttUrl: string): Promise<Connection> => {
    const { vendor, name, serial, ratedW } = scenario.devices[index]!
    const settings = vendor === 'victron' ? { settings: { loadMeter: 'acload/40' } } : {}
    const path = `/api/admin/sites/${scenario.siteId}/inverters`
    const { credentials } = await call<{ credentials: Credentials }>('POST', path, {
      vendor,
      name,
      serial,
      ratedW,
      ...settings,
    })
    return { url: mqttUrl, ...credentials }
  }
  return {
    addInverters: async (scenario, mqttUrl) => {
      await untilServed(url, logger)
      const connections: Connection[] = []
      for (const index of scenario.devices.keys()) connections.push(await addInverter(scenario, index, mqttUrl))
      return connections
    },
    followClock: async () => {
      await untilServed(url, logger)
      const read = async (): Promise<ClockState> => {
        const shown = await call<{ businessAt: string; rate: number }>('GET', '/api/admin/clock')
        return { ...shown, realAt: new Date().toISOString() }
      }
      const clock = businessClock(await read())
      const job = startJob({ name: 'clock', everyMs: 1_000, run: async () => clock.adopt(await read()), logger })
      return { clock, stop: job.stop }
    },
    runningVcpus: async siteId => {
      const sites = await call<{ siteId: number; running: { vcpus: number } }[]>('GET', '/api/public/energy')
      return sites.find(site => site.siteId === siteId)?.running.vcpus ?? 0
    },
  }
}

async function answer<T>(response: Response): Promise<T> {
  const body = (await response.json()) as { data: T }
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${JSON.stringify(body)}`)
  return body.data
}

/** Waits, for as long as it takes, until the platform serves what it shows to everybody. */
async function untilServed(url: string, logger: Logger): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(new URL('/api/public/energy', url), { signal: AbortSignal.timeout(5_000) }).catch(
      () => null,
    )
    await response?.body?.cancel()
    if (response?.ok) return
    if (attempt % 20 === 0) logger.info('the platform does not serve yet')
    await pause(500)
  }
}
