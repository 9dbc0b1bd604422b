import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { eventually } from '@sahary/testing/eventually'
import type Docker from 'dockerode'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bringImage } from '../src/platform/images.ts'
import { dockerAt, type Engine, startEngine } from '../src/stack/docker.ts'
import { raiseFirewall } from '../src/stack/firewall.ts'
import { livePid } from '../src/stack/pid.ts'
import { answers } from '../src/stack/port.ts'

const run = promisify(execFile)
const dir = mkdtempSync(join(tmpdir(), 'sahary-engine-'))
const options = {
  dir: join(dir, 'docker'),
  runDir: `${dir}-run`,
  pool: '10.63.0.0/16',
  logFile: (name: string) => join(dir, 'logs', `${name}.log`),
  pidFile: (name: string) => join(dir, 'pids', `${name}.pid`),
}
const open: (() => Promise<unknown>)[] = []
let engine: Engine
let docker: Docker
let web: Server
const vms: Record<string, { container: Docker.Container; address: string }> = {}

/** A machine as compute makes it, as far as the network goes; it answers TCP on 2222. */
async function vm(name: string, network: string): Promise<void> {
  const container = await docker.createContainer({
    name,
    Image: 'sahary/tiny:current',
    Cmd: ['/bin/busybox', 'sh', '-c', 'while true; do echo hello | /bin/busybox nc -l -p 2222; done'],
    HostConfig: { NetworkMode: network, CapDrop: ['ALL'] },
  })
  await container.start()
  const { NetworkSettings } = await container.inspect()
  vms[name] = { container, address: NetworkSettings.Networks[network]!.IPAddress }
}

/** Whether a TCP connection from inside a VM is answered. */
async function reaches(from: string, address: string, port: number): Promise<boolean> {
  const exec = await vms[from]!.container.exec({
    Cmd: ['/bin/busybox', 'sh', '-c', `/bin/busybox nc -w 2 ${address} ${port} < /dev/null`],
    AttachStdout: true,
  })
  const stream = await exec.start({})
  stream.resume()
  await new Promise(resolve => stream.once('end', resolve))
  return (await exec.inspect()).ExitCode === 0
}

/** A machine beside the host that answers at a link-local address, as a cloud's metadata service does. */
async function neighbour(): Promise<string> {
  const [name, own, its] = ['sahary-test63', '169.254.63.1', '169.254.63.2']
  const commands = [
    `ip netns del ${name} 2>/dev/null || true`,
    `ip netns add ${name}`,
    `ip link add ${name} type veth peer name door netns ${name}`,
    `ip addr add ${own}/24 dev ${name} && ip link set ${name} up`,
    `ip -n ${name} addr add ${its}/24 dev door && ip -n ${name} link set door up`,
    `ip -n ${name} route add default via ${own}`,
  ]
  await run('sh', ['-ec', commands.join('\n')])
  const listen = 'require("node:http").createServer((_, response) => response.end()).listen(80)'
  const listener = spawn('ip', ['netns', 'exec', name, process.execPath, '-e', listen], { stdio: 'ignore' })
  open.push(async () => {
    listener.kill()
    await run('ip', ['netns', 'del', name])
  })
  return its
}

const hostAddress = (): string =>
  Object.values(networkInterfaces())
    .flat()
    .find(each => each?.family === 'IPv4' && !each.internal)!.address

beforeAll(async () => {
  engine = await startEngine(options)
  docker = dockerAt(engine.host)
  const firewall = await raiseFirewall({ pool: options.pool, tag: 'test63' })
  if ('why' in firewall) throw new Error(firewall.why)
  open.push(firewall.stop)
  await bringImage(engine.host, 'tiny')
  for (const network of ['one', 'two']) await docker.createNetwork({ Name: network })
  await Promise.all([vm('mine', 'one'), vm('also-mine', 'one'), vm('stranger', 'two')])
  web = createServer((_, response) => response.end('of the host'))
  await new Promise<void>(resolve => web.listen(0, '0.0.0.0', resolve))
}, 180_000)

afterAll(async () => {
  web?.close()
  for (const { Id } of await docker.listContainers({ all: true })) await docker.getContainer(Id).remove({ force: true })
  await docker.pruneNetworks()
  await engine.stop()
  for (const close of open) await close()
  for (const path of [options.runDir, dir]) rmSync(path, { recursive: true, force: true })
}, 120_000)

test('the engine maps the root of a VM to nobody in particular and forbids new privileges', async () => {
  const { SecurityOptions, LiveRestoreEnabled } = await docker.info()
  expect(SecurityOptions.join()).toMatch(/userns/)
  expect(SecurityOptions.join()).toMatch(/seccomp/)
  expect(LiveRestoreEnabled).toBe(true)
})

test('the host reaches a VM at its address', async () => {
  await eventually(async () => expect(await answers(2222, vms.mine!.address)).toBe(true))
})

test('a VM reaches the VMs of its own account', async () => {
  await eventually(async () => expect(await reaches('mine', vms['also-mine']!.address, 2222)).toBe(true))
})

test('a VM reaches neither another account’s VM, nor the host, nor what the host has at link-local addresses', async () => {
  const { port } = web.address() as { port: number }
  const gateway = vms.mine!.address.replace(/\d+$/, '1')
  expect(await answers(port, hostAddress())).toBe(true)
  expect(await reaches('mine', vms.stranger!.address, 2222), 'another account').toBe(false)
  expect(await reaches('mine', hostAddress(), port), 'the host').toBe(false)
  expect(await reaches('mine', gateway, port), 'its gateway').toBe(false)
  const metadata = await neighbour()
  await eventually(async () => expect(await answers(80, metadata)).toBe(true))
  expect(await reaches('mine', metadata, 80), 'link-local').toBe(false)
})

test('a platform draws its VMs a network that nothing on the machine has', async () => {
  const others = Array.from({ length: 128 }, (_, n) => 64 + n).filter(network => network !== 77)
  const routes = others.map(network => `ip route add 10.${network}.3.0/28 dev lo`)
  const state = join(import.meta.dirname, '../src/stack/state.ts')
  const draw = `import { openState } from '${state}'; console.log(openState('${join(dir, 'drawn')}').network)`
  const commands = ['ip link set lo up', ...routes, `${process.execPath} --input-type=module -e "${draw}"`]
  const { stdout } = await run('unshare', ['--net', 'sh', '-ec', commands.join('\n')])
  expect(stdout.trim()).toBe('77')
})

test('VMs outlive a kill -9 of the engine and of its runtime, which both come back', { timeout: 90_000 }, async () => {
  const before = (await vms.mine!.container.inspect()).State.Pid
  const runtime = livePid(options.pidFile('containerd'))!
  process.kill(runtime, 'SIGKILL')
  engine.kept!.signal('SIGKILL')
  await eventually(() => expect(livePid(options.pidFile('containerd')) ?? runtime).not.toBe(runtime), {
    withinMs: 30_000,
  })
  const after = await eventually(() => vms.mine!.container.inspect(), { withinMs: 60_000 })
  expect(after.State).toMatchObject({ Pid: before, Running: true })
})
