import { eventually } from '@sahary/testing/eventually'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { computeBench, order } from './bench.ts'
import { driverOn } from './driver.ts'
import { testEngine } from './engine.ts'
import { ssh, sshKeyPair, strangerKey } from './ssh.ts'

let engine: Awaited<ReturnType<typeof testEngine>>
let bench: Awaited<ReturnType<typeof computeBench>>
let driver: Awaited<ReturnType<typeof driverOn>>
const mine = sshKeyPair()

beforeAll(async () => {
  engine = await testEngine()
  bench = await computeBench()
  driver = await driverOn(bench, engine)
})
afterAll(async () => {
  await driver?.close()
  await bench?.close()
  await engine?.stop()
})

const vmNow = async (id: number) => (await bench.ask('GET', `/api/customer/vms/${id}`)).data
const inState = (id: number, status: string) =>
  eventually(
    async () => {
      const vm = await vmNow(id)
      expect(vm).toMatchObject({ status, actions: [] })
      return vm
    },
    { withinMs: 20_000 },
  )
const rent = async (more: object = {}) => {
  const answer = await bench.ask(
    'POST',
    '/api/customer/vms',
    order([await bench.key(mine.publicKey).catch(keyOfMine)], more),
  )
  expect(answer.body).toMatchObject({ data: { status: 'initializing', desired: 'running' } })
  return answer.data.id as number
}
const keyOfMine = async () => (await bench.ask('GET', '/api/customer/ssh-keys')).data[0].id as number
const inspect = (id: number) => engine.docker.getContainer(`sahary-${id}-1`).inspect()

describe('a VM on a real engine', () => {
  it('is rented, entered by SSH with its owner’s key alone, and keeps its files over stop and start', async () => {
    const id = await rent()
    const vm = await inState(id, 'running')
    await expect(ssh(vm.ssh, strangerKey(), 'true')).rejects.toThrow()
    const first = await eventually(() => ssh(vm.ssh, mine.privateKey, 'echo kept > /root/file; sync; hostname; id -u'))
    expect(first.text).toBe(`${vm.name}\n0\n`)
    expect(first.hostKey).toBe(vm.ssh.hostKeyFingerprint)

    expect((await bench.ask('POST', `/api/customer/vms/${id}/stop`)).status).toBe(202)
    await inState(id, 'off')
    expect((await inspect(id)).State.Running).toBe(false)
    await bench.ask('POST', `/api/customer/vms/${id}/start`)
    const again = await inState(id, 'running')
    const second = await eventually(() => ssh(again.ssh, mine.privateKey, 'cat /root/file'))
    expect(second).toMatchObject({ text: 'kept\n', hostKey: first.hostKey })
    expect(again.ssh).toEqual(vm.ssh)

    const said = (await bench.said()).filter(event => event.subject === String(id)).map(event => event.type)
    expect(said).toEqual(['vm.created', 'vm.started', 'vm.stopped', 'vm.started'])
  })

  it('has limits that the engine enforces, and no right beyond the nine', async () => {
    const id = await rent({ vmType: 's-1' })
    await inState(id, 'running')
    const { HostConfig, Config } = await inspect(id)
    expect(HostConfig).toMatchObject({
      Memory: 512 * 1024 * 1024,
      MemorySwap: 512 * 1024 * 1024,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Privileged: false,
      Binds: null,
      RestartPolicy: { Name: 'no' },
      Init: true,
    })
    expect(HostConfig.CapAdd).toHaveLength(9)
    expect(HostConfig.CapAdd).not.toContain('NET_RAW')
    expect(String(Config.Env)).not.toMatch(/SECRET|PASSWORD/)
    const vm = await vmNow(id)
    const files = [
      ...['memory/memory.limit_in_bytes', 'memory.max'],
      ...['pids/pids.max', 'pids.max'],
      ...['cpu/cpu.cfs_quota_us', 'cpu/cpu.cfs_period_us', 'cpu.max'],
    ]
    const read = `cd /sys/fs/cgroup && cat ${files.join(' ')} 2>/dev/null; sh /etc/sahary/greeting`
    const seen = await eventually(() => ssh(vm.ssh, mine.privateKey, read))
    const [limits] = seen.text.split('\n\n')
    expect(limits?.split(/\s+/).map(Number)).toEqual([512 * 1024 * 1024, 256, 100_000, 100_000])
    expect(seen.text).toContain('CPU 100 % of one core · memory 512 MiB · at most 256 processes')
  })

  it('differs from its neighbour in host key and address', async () => {
    const [a, b] = [await rent(), await rent()]
    const [one, other] = [await inState(a, 'running'), await inState(b, 'running')]
    expect(one.ssh.hostKeyFingerprint).not.toBe(other.ssh.hostKeyFingerprint)
    expect(one.ssh.host).not.toBe(other.ssh.host)
  })

  it('reboots, which is another run with the same files', async () => {
    const id = await rent()
    const vm = await inState(id, 'running')
    await eventually(() => ssh(vm.ssh, mine.privateKey, 'echo 1 > /root/before; sync'))
    const before = (await inspect(id)).State.StartedAt
    expect((await bench.ask('POST', `/api/customer/vms/${id}/reboot`)).data.verb).toBe('reboot')
    await eventually(async () => expect((await inspect(id)).State.StartedAt).not.toBe(before), { withinMs: 20_000 })
    await inState(id, 'running')
    expect((await eventually(() => ssh(vm.ssh, mine.privateKey, 'cat /root/before'))).text).toBe('1\n')
  })

  it('may be powered off and rebooted from inside', async () => {
    const id = await rent()
    const vm = await inState(id, 'running')
    await eventually(() => ssh(vm.ssh, mine.privateKey, 'reboot'))
    await eventually(
      async () => expect((await bench.said('vm.started')).filter(e => e.subject === String(id))).toHaveLength(2),
      {
        withinMs: 20_000,
      },
    )
    await inState(id, 'running')
    await eventually(() => ssh(vm.ssh, mine.privateKey, 'poweroff'))
    expect(await inState(id, 'off')).toMatchObject({ desired: 'off', statusReason: 'user' })
  })

  it('runs its user data once', async () => {
    const id = await rent({ userData: '#!/bin/sh\necho x >> /root/boots\n' })
    const vm = await inState(id, 'running')
    await bench.ask('POST', `/api/customer/vms/${id}/reboot`)
    await inState(id, 'running')
    expect((await eventually(() => ssh(vm.ssh, mine.privateKey, 'cat /root/boots'))).text).toBe('x\n')
  })

  it('is capped and released while it runs', async () => {
    const id = await rent({ supplyClass: 'solar_only' })
    await inState(id, 'running')
    const change = { siteId: 1, chargePercent: 45, runtimeMin: 300, noticeEndsAt: null }
    await bench.hear('power.level_changed', 1, { ...change, level: 'watch', from: 'normal', cause: 'charge' })
    await eventually(async () => expect((await inspect(id)).HostConfig.NanoCpus).toBe(5e8), { withinMs: 20_000 })
    await bench.hear('power.level_changed', 1, { ...change, level: 'normal', from: 'watch', cause: 'recovery' })
    await eventually(async () => expect((await inspect(id)).HostConfig.NanoCpus).toBe(1e9), { withinMs: 20_000 })
    await inState(id, 'running')
  })

  it('is deleted with its disk, and its number is remembered', async () => {
    const id = await rent()
    await inState(id, 'running')
    expect((await bench.ask('DELETE', `/api/customer/vms/${id}`)).status).toBe(202)
    await eventually(async () => expect((await bench.ask('GET', `/api/customer/vms/${id}`)).status).toBe(404), {
      withinMs: 20_000,
    })
    await expect(inspect(id)).rejects.toMatchObject({ statusCode: 404 })
    const [last] = (await bench.ask('GET', `/api/customer/vms/${id}/actions`)).data
    expect(last).toMatchObject({ verb: 'delete', status: 'success', progress: 100 })
  })
})
