import type { Platform } from '@sahary/local/platform/platform'
import { eventually } from '@sahary/testing/eventually'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, caller, ok } from '../system/customer.ts'
import { startPlatform } from '../system/platform.ts'
import { openRoof } from '../system/roof.ts'
import { newKey } from '../system/ssh.ts'
import { openOracle } from './oracle.ts'

const seconds = Number(process.env.CHAOS_SECONDS ?? 60)
const servers = ['nats', 'postgres', 'redis', 'mosquitto', 'dockerd'] as const

/** Work that goes on whatever dies: its own failures are the customer's to repeat. */
function workUntil(stop: AbortSignal, work: () => Promise<unknown>): Promise<number> {
  const turn = async (done: number): Promise<number> => {
    if (stop.aborted) return done
    const succeeded = await work().then(
      () => 1,
      () => 0,
    )
    return turn(done + succeeded)
  }
  return turn(0)
}

describe(`after ${seconds} s of random kills of every process`, () => {
  let platform: Platform
  let stop: () => Promise<void>
  let roof: Awaited<ReturnType<typeof openRoof>>
  let customer: Caller
  const killed: Record<string, number> = {}

  beforeAll(async () => {
    ;({ platform, stop } = await startPlatform())
    const stranger = caller(platform.gatewayUrl)
    const operator = stranger.as(
      ok(await stranger.post<{ accessToken: string }>('/api/auth/login', platform.admin)).accessToken,
    )
    ok(await operator.put('/api/admin/clock', { businessAt: '2026-11-29T08:00:00.000Z', rate: 300 }))
    const { host, port } = platform.servers.mosquitto.device
    roof = await openRoof({ gatewayUrl: platform.gatewayUrl, admin: platform.admin, mqttUrl: `mqtt://${host}:${port}` })
    const person = { identifier: '01112223334', password: 'a night in the desert' }
    ok(await stranger.post('/api/auth/register', { ...person, name: 'Chaos' }), 201)
    const { accessToken } = ok(await stranger.post<{ accessToken: string }>('/api/auth/login', person))
    customer = stranger.as(accessToken)
    const key = ok(
      await customer.post<{ id: number }>('/api/customer/ssh-keys', { name: 'k', publicKey: newKey().public }),
      201,
    )
    for (const [name, supplyClass] of [
      ['one', 'always_on'],
      ['two', 'solar_only'],
    ])
      await customer.post('/api/customer/vms', {
        name,
        vmType: 'tiny-1',
        image: 'tiny',
        supplyClass,
        sshKeyIds: [key.id],
      })
  })
  afterAll(async () => {
    await roof?.stop()
    await stop?.()
  })

  it('no event is lost, none is applied twice, and the balances are equal', async () => {
    const over = AbortSignal.timeout(seconds * 1000)
    let serial = 0
    const devices = workUntil(over, async () =>
      ok(
        await customer.post('/api/customer/devices', {
          kind: 'inverter',
          brand: 'Deye',
          model: 'SUN',
          serial: `S-${++serial}`,
        }),
        201,
      ),
    )
    const power = workUntil(over, async () => {
      const [vm] = ok(await customer.get<{ id: number; status: string }[]>('/api/customer/vms'))
      const verb = vm!.status === 'off' ? 'start' : 'stop'
      ok(await customer.post(`/api/customer/vms/${vm!.id}/${verb}`), 202)
      await eventually(async () =>
        expect(['off', 'running']).toContain(
          ok(await customer.get<{ status: string }>(`/api/customer/vms/${vm!.id}`)).status,
        ),
      )
    })
    const victims = [...platform.services, ...servers]
    const killer = workUntil(over, async () => {
      const victim = victims[Math.floor(Math.random() * victims.length)]!
      await eventually(() => platform.kill(victim), { withinMs: 1_000, everyMs: 100 })
      killed[victim] = (killed[victim] ?? 0) + 1
      const next = Date.now() + 300 + Math.random() * 900
      await eventually(() => expect(Date.now()).toBeGreaterThan(next))
    })
    const [made, switched] = await Promise.all([devices, power, killer])
    expect(made).toBeGreaterThan(10)
    expect(switched).toBeGreaterThan(0)
    expect(Object.values(killed).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(seconds / 4)

    const oracle = openOracle(platform.servers.postgres.url)
    try {
      const hearings = await eventually(
        async () => {
          expect(await oracle.unpublished()).toBe(0)
          const heard = await oracle.hearings()
          expect(heard.filter(hearing => hearing.missing > 0)).toEqual([])
          return heard
        },
        { withinMs: 180_000, everyMs: 1_000 },
      )
      const of = (hearer: string, type: string) =>
        hearings.find(each => each.hearer === hearer && each.type === type)?.said ?? 0
      for (const [hearer, type] of [
        ['metering', 'vm.started'],
        ['metering', 'vm.metered'],
        ['metering', 'energy.slot_closed'],
        ['billing', 'usage.recorded'],
        ['notification', 'vm.started'],
        ['notification', 'user.registered'],
        ['solar', 'vm.started'],
      ] as const)
        expect(of(hearer, type), `${hearer} hears ${type}`).toBeGreaterThan(0)
      expect(await oracle.parked()).toEqual([])
      await eventually(async () => expect(await oracle.imbalances()).toEqual([]), { withinMs: 60_000, everyMs: 1_000 })
      console.info(
        'killed',
        killed,
        'heard',
        hearings.reduce((sum, each) => sum + each.said, 0),
      )
    } finally {
      await oracle.close()
    }
  })
})
