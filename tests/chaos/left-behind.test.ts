import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { livePid } from '@sahary/local/stack/pid'
import { eventually } from '@sahary/testing/eventually'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { caller, ok } from '../system/customer.ts'
import { sweep } from '../system/platform.ts'
import { person, rent } from './scene.ts'

let test: ChildProcess
let dir = ''

/** Bridges that carry the addresses of a platform's VMs. */
const bridgesOf = (network: number) =>
  Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    addresses?.some(({ address }) => address.startsWith(`10.${network}.`)) ? [name] : [],
  )
const pidFiles = () => readdirSync(join(dir, 'pids')).map(name => join(dir, 'pids', name))
const chains = () =>
  ['filter', 'nat']
    .map(table => execFileSync('iptables', ['-w', '5', '-t', table, '-S'], { encoding: 'utf8' }))
    .join('')

beforeAll(async () => {
  test = spawn(process.execPath, [join(import.meta.dirname, 'abandoned.ts')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface(test.stdout!), 'line')
  const said: { dir: string; gatewayUrl: string } = JSON.parse(line)
  dir = said.dir
  const door = caller(said.gatewayUrl)
  ok(await door.post('/api/auth/register', { ...person, name: 'Chaos' }), 201)
  const customer = door.as(ok(await door.post<{ accessToken: string }>('/api/auth/login', person)).accessToken)
  const vmId = await rent(customer)
  const status = async () => ok(await customer.get<{ status: string }>(`/api/customer/vms/${vmId}`)).status
  await eventually(async () => expect(await status()).toBe('running'), { withinMs: 60_000, everyMs: 250 })
})
afterAll(async () => {
  test.kill('SIGKILL')
  await eventually(sweep)
})

it('nothing is left of a platform whose test was killed, once the next one starts', async () => {
  const { tag, network } = JSON.parse(readFileSync(join(dir, 'state.json'), 'utf8'))
  const pids = pidFiles().flatMap(file => livePid(file) ?? [])
  expect(pids.length).toBeGreaterThan(12)
  const bridges = bridgesOf(network)
  expect(bridges).not.toEqual([])
  expect(chains()).toContain(tag)
  test.kill('SIGKILL')
  await once(test, 'exit')
  for (const name of ['dockerd', 'containerd', 'postgres', 'gateway'])
    process.kill(livePid(join(dir, 'pids', `${name}.pid`))!, 'SIGKILL')

  await sweep()
  expect(existsSync(dir)).toBe(false)
  // Orphans that have ended stay in the table until the machine's first process looks.
  await eventually(() => expect(pids.filter(pid => existsSync(`/proc/${pid}`))).toEqual([]))
  expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(dir)
  expect(chains()).not.toContain(tag)
  expect(bridges.filter(name => existsSync(`/sys/class/net/${name}`))).toEqual([])
  expect(readdirSync('/run/sahary').filter(name => name.includes(tag))).toEqual([])
})
