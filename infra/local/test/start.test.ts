import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@sahary/testing/eventually'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { isRoot } from '../src/stack/install.ts'
import { startedAt } from '../src/stack/pid.ts'
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

const gatewayAnswers = async (dir: string): Promise<boolean> => {
  const answer = await fetch(`http://127.0.0.1:${stateOf(dir).ports['gateway ops']}/readyz`)
  return answer.ok
}

afterAll(async () => {
  for (const folder of folders) await folder.remove()
}, 2 * minutes)

test('a platform comes up from nothing and says so', { timeout: 3 * minutes }, async () => {
  first = await startLauncher(one, {}, flags)
  expect(first.said()).toMatch(/portal +http:\/\/127\.0\.0\.1:\d+\/customer/)
  expect(await gatewayAnswers(one)).toBe(true)
  // Secrets are nobody else's to read.
  expect(statSync(join(one, 'state.json')).mode & 0o077).toBe(0)
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
  expect(await gatewayAnswers(one)).toBe(true)
  if (vm) await eventually(async () => expect(await vm!.answers()).toBe(true))
})

test('a service that is killed is started again', { timeout: minutes }, async () => {
  const before = pidsIn(one).metering!
  process.kill(before, 'SIGKILL')
  await expect.poll(() => pidsIn(one).metering ?? before, { timeout: 30_000 }).not.toBe(before)
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
  expect(await gatewayAnswers(one)).toBe(true)
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
