import { eventually } from '@sahary/testing/eventually'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, computeBench, order } from './bench.ts'
import { driverOn } from './driver.ts'
import { ownEngine } from './engine.ts'
import { ssh, sshKeyPair } from './ssh.ts'

let engine: Awaited<ReturnType<typeof ownEngine>>
let bench: Bench
let driver: Awaited<ReturnType<typeof driverOn>>
const mine = sshKeyPair()
let id: number

const see = async () => (await bench.ask('GET', `/api/customer/vms/${id}`)).data
const settles = (as: object) =>
  eventually(async () => expect(await see()).toMatchObject({ ...as, actions: [] }), { withinMs: 25_000 })
const said = async () => (await bench.said()).filter(event => event.subject === String(id)).map(event => event.type)
const inspect = () => engine.docker.getContainer(`sahary-${id}-1`).inspect()

beforeAll(async () => {
  engine = await ownEngine()
  bench = await computeBench()
  driver = await driverOn(bench, engine)
  id = (await bench.ask('POST', '/api/customer/vms', order([await bench.key(mine.publicKey)]))).data.id
  await settles({ status: 'running' })
})
afterAll(async () => {
  await driver?.close()
  await bench?.close()
  await engine?.stop()
})

describe('an engine', () => {
  it('that is stopped dead keeps nobody waiting, and does what was asked when it goes on', async () => {
    engine.kept.signal('SIGSTOP')
    const asked = performance.now()
    expect((await bench.ask('POST', `/api/customer/vms/${id}/reboot`)).status).toBe(202)
    expect(performance.now() - asked).toBeLessThan(2000)
    await eventually(async () => expect((await see()).status).toBe('unknown'), { withinMs: 15_000 })
    engine.kept.signal('SIGCONT')
    await settles({ status: 'running' })
    expect(await said()).toEqual(['vm.created', 'vm.started'])
  })

  it('that is restarted finds its VMs running, and nothing has happened to them', async () => {
    const before = (await inspect()).State.StartedAt
    await engine.kept.restart()
    await settles({ status: 'running' })
    expect((await inspect()).State.StartedAt).toBe(before)
    // The reboot before was done when the VM ran, which is a moment before its own init has sshd listen.
    await eventually(async () =>
      expect((await ssh((await see()).ssh, mine.privateKey, 'echo alive')).text).toBe('alive\n'),
    )
    expect(await said()).toEqual(['vm.created', 'vm.started'])
  })

  it('that was away when a VM died brings no event, and the VM is found and started all the same', async () => {
    const { Pid } = (await inspect()).State
    await engine.kept.hold()
    process.kill(Pid, 'SIGKILL')
    await engine.kept.restart()
    await eventually(
      async () => expect(await said()).toEqual(['vm.created', 'vm.started', 'vm.failed', 'vm.started']),
      { withinMs: 25_000 },
    )
    await settles({ status: 'running' })
  })
})
