import { ladderTimers, type PowerLevel, type SupplyClass } from '@sahary/contracts/ladder'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { actOnAllDue } from '../src/power/jobs.ts'
import { type Bench, computeBench, order, runningAs, start } from './bench.ts'

let bench: Bench
let keyId: number
beforeEach(async () => {
  bench = await computeBench()
  await bench.host()
  keyId = await bench.key()
})
afterEach(() => bench.close())

const later = (ms: number) => new Date(start.getTime() + ms).toISOString()
const level = (to: PowerLevel, from: PowerLevel, noticeEndsAt: string | null = null, said = {}) =>
  bench.hear(
    'power.level_changed',
    1,
    { siteId: 1, level: to, from, chargePercent: 20, runtimeMin: null, noticeEndsAt, cause: 'charge' },
    said,
  )
const vmOf = async (supplyClass: SupplyClass): Promise<number> => {
  const { data } = await bench.ask('POST', '/api/customer/vms', order([keyId], { supplyClass }))
  await runs(data.id)
  return data.id
}
/** Books that the VM runs as it should, with its limits. */
const runs = async (id: number) => {
  await bench.db.updateTable('vm').set({ host_key_fingerprint: 'SHA256:x' }).where('id', '=', BigInt(id)).execute()
  const capped = (await see(id)).cpuCapped
  return bench.seen(id, runningAs({ nanoCpus: capped ? 5e8 : 1e9, run: bench.clock.now().toISOString() }))
}
const stopped = (id: number) => bench.seen(id, runningAs({ state: 'exited', run: 'x', nanoCpus: 1e9 }))
const see = async (id: number) => (await bench.ask('GET', `/api/customer/vms/${id}`)).data
const due = () => actOnAllDue(bench.db, bench.clock, new AbortController().signal)
const saidOf = async (id: number) =>
  (await bench.said())
    .filter(event => event.subject === String(id) && event.type.startsWith('vm.'))
    .map(event => `${event.type} ${event.data.reason}`)

describe('when power runs low', () => {
  it('a solar VM gets its notice, is stopped for want of energy when it ends, and says why', async () => {
    const [solar, always] = [await vmOf('solar_only'), await vmOf('always_on')]
    await level('low', 'watch', later(900_000))
    expect(await see(solar)).toMatchObject({ desired: 'running', powerNotice: { stopAt: later(900_000) } })
    bench.clock.advance(899_000)
    expect(await due()).toBe(0)
    bench.clock.advance(1_000)
    expect(await due()).toBe(1)
    expect(await see(solar)).toMatchObject({ desired: 'off', powerNotice: null, statusReason: null, status: 'running' })
    await stopped(solar)
    expect(await see(solar)).toMatchObject({ status: 'off', statusReason: 'energy', actions: [] })
    expect(await saidOf(solar)).toEqual(['vm.created user', 'vm.started user', 'vm.stopped energy'])
    expect(await see(always)).toMatchObject({ desired: 'running', status: 'running' })
  })

  it('notice is waived at critical, and battery VMs go too', async () => {
    const [solar, battery, always] = [await vmOf('solar_only'), await vmOf('battery_backed'), await vmOf('always_on')]
    await level('low', 'watch', later(900_000))
    await level('backup', 'low')
    await level('critical', 'backup')
    expect(await see(solar)).toMatchObject({ desired: 'off', powerNotice: null })
    expect(await see(battery)).toMatchObject({ desired: 'off' })
    expect(await see(always)).toMatchObject({ desired: 'running' })
  })

  it('a battery VM is capped, and released when power returns', async () => {
    const battery = await vmOf('battery_backed')
    await level('low', 'watch', later(900_000))
    expect(await see(battery)).toMatchObject({
      cpuCapped: true,
      desired: 'running',
      actions: [{ verb: 'cap', reason: 'energy' }],
    })
    await level('watch', 'low')
    expect(await see(battery)).toMatchObject({ cpuCapped: false })
  })

  it('a VM that its owner stopped is still the owner’s doing when its cap changes', async () => {
    const battery = await vmOf('battery_backed')
    await bench.ask('POST', `/api/customer/vms/${battery}/stop`)
    await stopped(battery)
    await level('low', 'watch', later(900_000))
    expect(await see(battery)).toMatchObject({ cpuCapped: true, status: 'off', statusReason: 'user' })
  })

  it('a start or a new VM of that class is refused with a reason, and of another class is not', async () => {
    const solar = await vmOf('solar_only')
    await level('low', 'watch', later(0))
    expect(await bench.ask('POST', `/api/customer/vms/${solar}/start`)).toMatchObject({
      status: 409,
      body: { code: 'site_short_of_power' },
    })
    const again = await bench.ask('POST', '/api/customer/vms', order([keyId], { supplyClass: 'solar_only' }))
    expect(again).toMatchObject({ status: 409, body: { code: 'site_short_of_power' } })
    expect((await bench.ask('POST', '/api/customer/vms', order([keyId]))).status).toBe(201)
  })

  it('hearing the same news twice changes nothing, and older news is ignored', async () => {
    const solar = await vmOf('solar_only')
    await level('critical', 'backup', null, { sequence: 50 })
    const before = await bench.ask('GET', `/api/customer/vms/${solar}/actions`)
    await level('critical', 'backup', null, { sequence: 50 })
    await level('normal', 'watch', null, { sequence: 49 })
    expect(await bench.ask('GET', `/api/customer/vms/${solar}/actions`)).toEqual(before)
    expect(await see(solar)).toMatchObject({ desired: 'off' })
  })
})

describe('the safe stop', () => {
  it('ends VMs one after the other, the strongest promise last', async () => {
    const [solar, battery, first, second] = [
      await vmOf('solar_only'),
      await vmOf('battery_backed'),
      await vmOf('always_on'),
      await vmOf('always_on'),
    ]
    await level('safe_stop', 'critical')
    const stillUp = async () => {
      const all = await Promise.all([solar, battery, first, second].map(see))
      return all.filter(vm => vm.desired === 'running').map(vm => vm.id)
    }
    expect(await stillUp()).toEqual([battery, first, second])
    for (const left of [[first, second], [first], []]) {
      expect(await due()).toBe(0)
      bench.clock.advance(ladderTimers.stopSpacingS * 1000)
      expect(await due()).toBe(1)
      expect(await stillUp()).toEqual(left)
    }
  })

  it('that is called off leaves running what has not had its turn', async () => {
    const [first, second] = [await vmOf('always_on'), await vmOf('always_on')]
    await level('safe_stop', 'critical')
    await level('critical', 'safe_stop')
    bench.clock.advance(60_000)
    await due()
    expect(await see(first)).toMatchObject({ desired: 'running', powerNotice: null })
    expect((await saidOf(second)).at(-1)).not.toBe('vm.stopped energy')
  })
})

describe('when power returns', () => {
  it('VMs come back in the order of their promise, five seconds of business time apart', async () => {
    const [solar, battery, always] = [await vmOf('solar_only'), await vmOf('battery_backed'), await vmOf('always_on')]
    await level('critical', 'backup')
    await level('safe_stop', 'critical')
    for (const id of [solar, battery, always]) await stopped(id)
    await level('normal', 'watch')
    const order = [always, battery, solar]
    for (const [turn, id] of order.entries()) {
      expect(await due(), `turn ${turn}`).toBe(1)
      expect(await see(id)).toMatchObject({ desired: 'running', actions: [{ verb: 'start', reason: 'energy' }] })
      bench.clock.advance(ladderTimers.restartSpacingS * 1000)
    }
    expect(await due()).toBe(0)
    await runs(always)
    expect((await saidOf(always)).at(-1)).toBe('vm.started energy')
  })

  it('a VM that its owner stopped stays stopped', async () => {
    const [a, b] = [await vmOf('solar_only'), await vmOf('solar_only')]
    await bench.ask('POST', `/api/customer/vms/${a}/stop`)
    await stopped(a)
    await level('critical', 'backup')
    await stopped(b)
    // The other one is given up while it is down.
    expect((await bench.ask('POST', `/api/customer/vms/${b}/stop`)).status).toBe(202)
    await level('normal', 'watch')
    await due()
    for (const id of [a, b]) expect(await see(id)).toMatchObject({ desired: 'off', statusReason: 'user' })
    expect((await bench.ask('POST', `/api/customer/vms/${a}/start`)).status).toBe(202)
  })

  it('one that waits for its turn waits on when power falls again', async () => {
    const [first, second] = [await vmOf('solar_only'), await vmOf('solar_only')]
    await level('critical', 'backup')
    for (const id of [first, second]) await stopped(id)
    await level('normal', 'watch')
    await due()
    await level('critical', 'backup')
    bench.clock.advance(60_000)
    await due()
    for (const id of [first, second]) expect(await see(id)).toMatchObject({ desired: 'off' })
  })
})

describe('an account that does not pay', () => {
  it('has its VMs stopped and cannot start them, and has them back when it has paid', async () => {
    const id = await vmOf('always_on')
    await bench.hear('billing_account.suspended', 1, { accountId: 1, reason: 'overdue' })
    expect(await see(id)).toMatchObject({ desired: 'off', actions: [{ verb: 'stop', reason: 'billing' }] })
    await stopped(id)
    expect((await saidOf(id)).at(-1)).toBe('vm.stopped billing')
    expect(await bench.ask('POST', `/api/customer/vms/${id}/start`)).toMatchObject({
      status: 403,
      body: { code: 'account_suspended' },
    })
    expect(await bench.ask('POST', '/api/customer/vms', order([keyId]))).toMatchObject({
      body: { code: 'account_suspended' },
    })
    await bench.hear('billing_account.reinstated', 1, { accountId: 1 })
    expect(await see(id)).toMatchObject({ desired: 'running', actions: [{ verb: 'start', reason: 'billing' }] })
  })

  it('does not have them back while power is short', async () => {
    const id = await vmOf('solar_only')
    await bench.hear('billing_account.suspended', 1, { accountId: 1, reason: 'overdue' })
    await stopped(id)
    await level('critical', 'backup')
    await bench.hear('billing_account.reinstated', 1, { accountId: 1 })
    expect(await see(id)).toMatchObject({ desired: 'off', statusReason: 'energy' })
    await level('normal', 'watch')
    await due()
    expect(await see(id)).toMatchObject({ desired: 'running' })
  })
})

describe('a deactivated person', () => {
  it('loses what they run until they are back', async () => {
    const id = await vmOf('always_on')
    await bench.hear('user.deactivated', 1, { userId: 1, reason: 'left' })
    expect(await see(id)).toMatchObject({ desired: 'off', actions: [{ reason: 'operator' }] })
    await bench.hear('user.reactivated', 1, { userId: 1 })
    expect(await see(id)).toMatchObject({ desired: 'running' })
  })
})
