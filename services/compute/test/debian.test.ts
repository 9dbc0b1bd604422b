import { eventually } from '@sahary/testing/eventually'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, computeBench, order } from './bench.ts'
import { driverOn } from './driver.ts'
import { testEngine, withDebian } from './engine.ts'
import { ssh, sshKeyPair } from './ssh.ts'

// A quarter of a gigabyte is fetched and unpacked.
describe.runIf(process.env.TEST_SCALE === 'full')('a Debian server', () => {
  let engine: Awaited<ReturnType<typeof testEngine>>
  let bench: Bench
  let driver: Awaited<ReturnType<typeof driverOn>>
  const mine = sshKeyPair()
  beforeAll(async () => {
    engine = await testEngine()
    await withDebian(engine.docker)
    bench = await computeBench()
    driver = await driverOn(bench, engine)
  }, 1_800_000)
  afterAll(async () => {
    await driver?.close()
    await bench?.close()
    await engine?.stop()
  })

  it('is built from Debian packages, entered by SSH with its owner’s key, and says what it may use', async () => {
    const ordered = order([await bench.key(mine.publicKey)], { image: 'debian-12', vmType: 's-1' })
    const { id } = (await bench.ask('POST', '/api/customer/vms', ordered)).data
    const vm = await eventually(
      async () => {
        const seen = (await bench.ask('GET', `/api/customer/vms/${id}`)).data
        expect(seen).toMatchObject({ status: 'running', actions: [] })
        return seen
      },
      { withinMs: 60_000 },
    )
    const entered = await eventually(() =>
      ssh(vm.ssh, mine.privateKey, '. /etc/os-release; echo $ID $VERSION_ID; cat /etc/motd'),
    )
    expect(entered).toMatchObject({ status: 0, hostKey: vm.ssh.hostKeyFingerprint })
    expect(entered.text).toMatch(/^debian 12\n/)
    expect(entered.text).toContain('CPU 100 % of one core · memory 512 MiB · at most 256 processes')
  }, 120_000)
})
