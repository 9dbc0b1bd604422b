import { eventually } from '@sahary/testing/eventually'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { meterOnce } from '../src/slots/jobs.ts'
import { slotMs } from '../src/slots/slot.ts'
import { type Bench, computeBench, order } from './bench.ts'
import { driverOn } from './driver.ts'
import { testEngine } from './engine.ts'
import { ssh, sshKeyPair } from './ssh.ts'

let engine: Awaited<ReturnType<typeof testEngine>>
let bench: Bench
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

it('a busy VM is metered more than its idle twin, as the engine counts it', async () => {
  const key = await bench.key(mine.publicKey)
  const [busy, idle] = await Promise.all(
    [1, 2].map(
      async () =>
        (await bench.ask('POST', '/api/customer/vms', order([key]))).data as {
          id: number
          ssh: { host: string; port: number }
        },
    ),
  )
  const running = async (id: number) =>
    expect((await bench.ask('GET', `/api/customer/vms/${id}`)).data.status).toBe('running')
  for (const vm of [busy!, idle!]) await eventually(() => running(vm.id), { withinMs: 20_000 })
  await eventually(() => ssh(busy!.ssh, mine.privateKey, 'yes > /dev/null 2>&1 &'))

  const sampling = { ...driver.driving, local: true }
  const slots = await eventually(
    async () => {
      bench.clock.advance(slotMs)
      await meterOnce(sampling, new AbortController().signal)
      const said = (await bench.said('vm.metered')).map(event => event.data as Record<string, string | number>)
      const cpu = (vm: { id: number }) => said.filter(slot => slot.vmId === vm.id).map(slot => Number(slot.cpuSeconds))
      // In the first slots their boots weigh as much as their work.
      expect(cpu(busy!).at(-1)).toBeGreaterThan(30)
      expect(cpu(busy!).at(-1)).toBeGreaterThan(10 * cpu(idle!).at(-1)!)
      return { busy: cpu(busy!), idle: cpu(idle!), said }
    },
    { withinMs: 20_000, everyMs: 500 },
  )
  expect(slots.busy).toHaveLength(slots.idle.length)
  for (const slot of slots.said) {
    expect(Number(slot.cpuSeconds)).toBeLessThanOrEqual(Number(slot.runningSeconds) * Number(slot.vcpus))
    expect(Number(slot.siteCpuSeconds)).toBeGreaterThanOrEqual(Number(slot.cpuSeconds))
    expect(slot.siteVcpus).toBe(driver.cores)
  }
})
