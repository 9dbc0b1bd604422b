import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@sahary/testing/eventually'
import type Docker from 'dockerode'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bringImage } from '../src/platform/images.ts'
import { dockerAt, type Engine, startEngine } from '../src/stack/docker.ts'
import { raiseFirewall } from '../src/stack/firewall.ts'
import { livePid } from '../src/stack/pid.ts'
import { answers } from '../src/stack/port.ts'

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

test('a VM reaches neither another account’s VM, nor the host, nor link-local addresses', async () => {
  const { port } = web.address() as { port: number }
  const gateway = vms.mine!.address.replace(/\d+$/, '1')
  expect(await answers(port, hostAddress())).toBe(true)
  expect(await reaches('mine', vms.stranger!.address, 2222), 'another account').toBe(false)
  expect(await reaches('mine', hostAddress(), port), 'the host').toBe(false)
  expect(await reaches('mine', gateway, port), 'its gateway').toBe(false)
  expect(await reaches('mine', '169.254.169.254', 80), 'link-local').toBe(false)
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
