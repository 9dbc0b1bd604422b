import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type ServiceName, serviceNames } from '@sahary/contracts/services'
import { eventually } from '@sahary/testing/eventually'
import { connect } from 'nats'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { programs } from '../src/platform/processes.ts'
import { ensureCommand, isRoot } from '../src/stack/install.ts'
import { startedAt } from '../src/stack/pid.ts'
import { openCollector } from './collector.ts'
import {
  type Launcher,
  pidsIn,
  platformFolder,
  startLauncher,
  startVm,
  stateOf,
  type Vm,
  withoutVms,
} from './launcher.ts'

const folders = [platformFolder(), platformFolder()]
const [one, two] = folders.map(folder => folder.dir) as [string, string]
let first: Launcher
let collector: Awaited<ReturnType<typeof openCollector>>
// An engine of its own needs root; nobody else has VMs here.
const flags = isRoot() ? [] : withoutVms
let vm: Vm | undefined

const minutes = 60_000

async function ask(dir: string, sql: string): Promise<unknown[]> {
  const { ports, secrets } = stateOf(dir)
  const client = new pg.Client(`postgres://postgres:${secrets.postgres}@127.0.0.1:${ports.postgres}/postgres`)
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

async function isReady(dir: string, name: ServiceName): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${stateOf(dir).ports[`${name} ops`]}/readyz`)
  expect(answer.status, name).toBe(200)
}

/** A trace that a caller of ours has begun. */
function newTrace(): { id: string; headers: { traceparent: string } } {
  const id = randomBytes(16).toString('hex')
  return { id, headers: { traceparent: `00-${id}-b7ad6b7169203331-01` } }
}

beforeAll(async () => {
  collector = await openCollector()
})
afterAll(async () => {
  collector.close()
  for (const folder of folders) await folder.remove()
}, 2 * minutes)

test('a platform comes up from nothing and says so', { timeout: 3 * minutes }, async () => {
  first = await startLauncher(one, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }, flags)
  await isReady(one, 'gateway')
  // Secrets are nobody else's to read.
  expect(statSync(join(one, 'state.json')).mode & 0o077).toBe(0)
})

test('what it prints is true: the address, the first administrator, and each command as it stands', {
  timeout: minutes,
}, async () => {
  const said = first.said()
  const [, portal] = /^ {2}portal +(\S+)$/m.exec(said)!
  expect((await fetch(portal!)).headers.get('content-type')).toContain('text/html')
  const [, identifier] = /^ {2}admin +(\S+)$/m.exec(said)!
  const [, password] = /^ {2}password +(\S+)$/m.exec(said)!
  const commands = said.split('\n').filter(line => line.startsWith('  curl '))
  expect(commands).toHaveLength(3)
  await ensureCommand('curl', 'curl')
  const answers = commands.map(command => JSON.parse(execFileSync('sh', ['-c', command], { encoding: 'utf8' })))
  for (const answer of answers.slice(0, 2)) expect(answer.data).toBeInstanceOf(Array)
  expect(answers[2].data).toMatchObject({ accessToken: expect.any(String) })
  expect(commands[2]).toContain(JSON.stringify({ identifier, password }))
})

test('a trace goes through the gateway to a service, and behind its outbox to whoever hears of it', {
  timeout: 2 * minutes,
}, async () => {
  const { id, headers } = newTrace()
  const person = { identifier: 'traced@example.com', password: 'a long sentence of mine', name: 'Traced' }
  const answer = await fetch(`http://127.0.0.1:${stateOf(one).ports.gateway}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(person),
  })
  expect(answer.status).toBe(201)
  await eventually(
    () => {
      const seen = collector.of(id).map(span => `${span.service} ${span.name}`)
      expect(seen).toEqual(
        expect.arrayContaining(['gateway POST /api/auth/register', 'identity POST /api/auth/register']),
      )
      expect(seen).toContain('notification process user.registered')
    },
    { withinMs: minutes },
  )
})

test('a message that no service could apply is listed, and asked for again, by the command for it', {
  timeout: 3 * minutes,
}, async () => {
  const { ports, secrets } = stateOf(one)
  const nc = await connect({ servers: `127.0.0.1:${ports.nats}`, user: 'admin', pass: secrets['nats admin']! })
  nc.publish('user.registered', 'not json at all')
  await nc.drain()
  const parked = (...words: string[]) =>
    execFileSync(process.execPath, [join(import.meta.dirname, '../src/main.ts'), 'parked', ...words], {
      env: { PATH: process.env.PATH, SAHARY_DIR: one },
      encoding: 'utf8',
    })
  await eventually(() => expect(parked('list', 'notification')).toContain('1 attempts  not JSON'), {
    withinMs: minutes,
  })
  expect(parked('replay', 'notification')).toMatch(/^1 asked for again/)
  expect(() => parked('list', 'nobody')).toThrow(/usage: npm run parked/)
})

test('a second launcher in the same folder is refused and harms nothing', { timeout: minutes }, async () => {
  const before = pidsIn(one)
  await expect(startLauncher(one)).rejects.toThrow(/runs already/)
  expect(pidsIn(one)).toEqual(before)
})

test('two platforms stand side by side and neither touches the other', { timeout: 4 * minutes }, async () => {
  vm = isRoot() ? await startVm(one) : undefined
  const before = pidsIn(one)
  const second = await startLauncher(two, {}, flags)
  expect(Object.keys(pidsIn(two))).toEqual(Object.keys(before))
  const ports = [one, two].map(dir => Object.values(stateOf(dir).ports))
  expect(ports[0]!.filter(port => ports[1]!.includes(port))).toEqual([])
  second.process.kill('SIGTERM')
  expect(await second.ended).toBe(0)
  expect(pidsIn(two)).toEqual({})
  expect(pidsIn(one)).toEqual(before)
  await isReady(one, 'gateway')
  if (vm) await eventually(async () => expect(await vm!.answers()).toBe(true))
})

test('a service that is killed is started again', { timeout: minutes }, async () => {
  const before = pidsIn(one).metering!
  process.kill(before, 'SIGKILL')
  await expect.poll(() => pidsIn(one).metering ?? before, { timeout: 30_000 }).not.toBe(before)
  await eventually(() => isReady(one, 'metering'), { withinMs: 30_000 })
})

test('every program leaves in order when it is asked to, and sends its last spans', {
  timeout: 3 * minutes,
}, async () => {
  const before = pidsIn(one)
  const traces = Object.fromEntries(serviceNames.map(name => [name, newTrace()]))
  for (const name of serviceNames)
    await fetch(`http://127.0.0.1:${stateOf(one).ports[name]}/nowhere`, { headers: traces[name]!.headers })
  for (const name of programs({ demo: false })) process.kill(before[name]!, 'SIGTERM')
  await eventually(
    () => {
      for (const name of programs({ demo: false }))
        expect(first.said()).toContain(`${name} ended with 0 without being asked to`)
    },
    { withinMs: 2 * minutes },
  )
  for (const name of serviceNames)
    expect(collector.of(traces[name]!.id).map(span => [span.service, span.name])).toEqual([[name, 'GET unknown']])
  for (const name of serviceNames) await eventually(() => isReady(one, name), { withinMs: minutes })
})

test('after kill -9 of launcher and servers the next start recovers with all data and its VM runs on', {
  timeout: 3 * minutes,
}, async () => {
  await ask(one, 'create table survivor as select 42 as answer')
  const left = pidsIn(one)
  const running = await vm?.process()
  const killed = ['launcher', 'nats', 'billing', 'gateway', 'dockerd', 'containerd']
  for (const name of killed) if (left[name]) process.kill(left[name], 'SIGKILL')
  await first.ended
  // PostgreSQL, Redis and the other services are orphans now, and hold the ports.
  first = await startLauncher(one, {}, flags)
  expect(await vm?.process()).toBe(running)
  if (vm) await eventually(async () => expect(await vm!.answers()).toBe(true))
  expect(await ask(one, 'select answer from survivor')).toEqual([{ answer: 42 }])
  await isReady(one, 'gateway')
  for (const [name, pid] of Object.entries(left)) expect(startedAt(pid), name).toBeUndefined()
})

test('a server that the environment names is used as it is and outlives the platform', {
  timeout: 3 * minutes,
}, async () => {
  const { ports, secrets } = stateOf(one)
  const redis = `redis://:${secrets.redis}@127.0.0.1:${ports.redis}`
  const guest = await startLauncher(two, { REDIS_URL: redis })
  expect(pidsIn(two).redis).toBeUndefined()
  guest.process.kill('SIGINT')
  expect(await guest.ended).toBe(0)
  expect(pidsIn(one).redis).toBeDefined()
})

test('SIGTERM stops everything in order and leaves nothing behind', { timeout: minutes }, async () => {
  const running = pidsIn(one)
  first.process.kill('SIGTERM')
  expect(await first.ended).toBe(0)
  for (const [name, pid] of Object.entries(running)) expect(startedAt(pid), name).toBeUndefined()
  expect(pidsIn(one)).toEqual({})
})

test('--reset starts over', { timeout: 3 * minutes }, async () => {
  const before = stateOf(one)
  const again = await startLauncher(one, {}, [...withoutVms, '--reset'])
  expect(stateOf(one).secrets.postgres).not.toBe(before.secrets.postgres)
  expect(await ask(one, "select to_regclass('survivor') as table")).toEqual([{ table: null }])
  again.process.kill('SIGTERM')
  expect(await again.ended).toBe(0)
  expect(existsSync(join(one, 'pids', 'launcher.pid'))).toBe(false)
})
