import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { eventually } from '@sahary/testing/eventually'
import { type TestDatabase, testDatabase } from '@sahary/testing/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../src/app.ts'

const nobody = 'http://127.0.0.1:1'
const services = ['IDENTITY', 'COMPUTE', 'METERING', 'BILLING', 'SOLAR', 'REPAIRS', 'NOTIFICATION']

let database: TestDatabase<Database>
let child: ChildProcess
let log = ''
beforeAll(async () => {
  database = await testDatabase<Database>('gateway')
})
afterAll(async () => {
  child.kill('SIGKILL')
  await database.close()
})

function start(env: Record<string, string>): void {
  log = ''
  child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], {
    env: {
      ...{ HOST: '127.0.0.1', PORT: '0', OPS_PORT: '0', DATABASE_URL: database.url, JWKS_URL: `${nobody}/keys` },
      ...{ NATS_URL: 'nats://127.0.0.1:1', REDIS_URL: 'redis://127.0.0.1:1' },
      ...Object.fromEntries(services.map(name => [`${name}_URL`, nobody])),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout?.on('data', text => {
    log += text
  })
  child.stderr?.on('data', text => {
    log += text
  })
}

const said = (message: string) => expect(log).toContain(`"message":"${message}`)

describe('the gateway as a process', () => {
  it('serves without NATS, Redis and every service behind it, and stops when it is told to', async () => {
    start({})
    await eventually(() => said('gateway is up'))
    const url = await eventually(() => /Server listening at (http:\/\/127\.0\.0\.1:\d+)/.exec(log)![1]!)
    expect((await fetch(`${url}/api/public/status`)).status).toBe(200)
    expect((await fetch(`${url}/api/public/energy`)).status).toBe(503)
    expect((await fetch(`${url}/api/customer/vms`)).status).toBe(401)
    expect((await fetch(`${url}/api/customer/vms`, { headers: { authorization: 'Bearer a.b.c' } })).status).toBe(401)
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    expect([code, log.includes('"level":"fatal"')]).toEqual([0, false])
  })

  it('keeps the clock of a simulated platform before anybody can ask for it', async () => {
    start({ CLOCK: 'simulated', CLOCK_START: '2027-01-01T00:00:00Z', CLOCK_RATE: '60' })
    const url = await eventually(() => /Server listening at (http:\/\/127\.0\.0\.1:\d+)/.exec(log)![1]!)
    const { data } = (await (await fetch(`${url}/api/public/status`)).json()) as { data: Record<string, unknown> }
    expect(data).toMatchObject({ clockRate: 60, businessTime: expect.stringMatching(/^2027-01-01T00:/) })
    child.kill('SIGINT')
    expect((await once(child, 'exit'))[0]).toBe(0)
  })

  it('says every setting that is missing, and ends', async () => {
    start({ DATABASE_URL: 'mysql://x', COMPUTE_URL: '' })
    expect((await once(child, 'exit'))[0]).not.toBe(0)
    expect(log).toMatch(/DATABASE_URL: must be an address that starts with postgres/)
    expect(log).toMatch(/COMPUTE_URL: is not set/)
  })
})
