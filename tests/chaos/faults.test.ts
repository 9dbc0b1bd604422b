import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { serviceNames } from '@sahary/contracts/services'
import type { Platform } from '@sahary/local/platform/platform'
import { eventually } from '@sahary/testing/eventually'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, type Caller, caller, ok } from '../system/customer.ts'
import { startPlatform } from '../system/platform.ts'
import { newKey } from '../system/ssh.ts'
import { freeze } from './freeze.ts'
import { expectSound } from './verdict.ts'
import { type Work, workOf } from './work.ts'

const person = { identifier: '01112223334', password: 'a night in the desert' }
const servers = ['nats', 'postgres', 'redis', 'mosquitto', 'dockerd'] as const
/** No call takes longer, whatever does not answer behind it. */
const boundMs = 10_000
/** Less than the ten minutes that a token lives. */
const tokenMs = 300_000

describe('a fault under work loses nothing and does nothing twice', () => {
  let platform: Platform
  let dir: string
  let stop: () => Promise<void>
  let customer: Caller
  let operator: Caller
  let signedInAt = 0
  let vmId: number
  let work: Work

  const signIn = async (who: { identifier: string; password: string }): Promise<Caller> => {
    const door = caller(platform.gatewayUrl)
    return door.as(ok(await door.post<{ accessToken: string }>('/api/auth/login', who)).accessToken)
  }
  const ready = (url: string) =>
    eventually(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), { withinMs: 60_000, everyMs: 250 })
  const status = async () => ok(await customer.get<{ status: string }>(`/api/customer/vms/${vmId}`)).status

  beforeAll(async () => {
    const settings = { gateway: { LIMIT_FACTOR: '100' } }
    ;({ platform, dir, stop } = await startPlatform({ settings }))
    const door = caller(platform.gatewayUrl)
    operator = await signIn(platform.admin)
    ok(await operator.put('/api/admin/clock', { businessAt: '2026-11-29T08:00:00.000Z' }))
    ok(await door.post('/api/auth/register', { ...person, name: 'Chaos' }), 201)
    customer = await signIn(person)
    signedInAt = Date.now()
    const key = { name: 'k', publicKey: newKey().public }
    const { id } = ok(await customer.post<{ id: number }>('/api/customer/ssh-keys', key), 201)
    const order = { name: 'one', vmType: 'tiny-1', image: 'tiny', supplyClass: 'always_on', sshKeyIds: [id] }
    vmId = ok(await customer.post<{ id: number }>('/api/customer/vms', order), 201).id
    await eventually(async () => expect(await status()).toBe('running'), { withinMs: 60_000, everyMs: 250 })
    work = workOf(() => customer, vmId)
  })
  beforeEach(async () => {
    if (Date.now() - signedInAt > tokenMs) {
      customer = await signIn(person)
      operator = await signIn(platform.admin)
      signedInAt = Date.now()
    }
    ok(await operator.put('/api/admin/clock', { rate: 120 }))
  })
  afterEach(async () => {
    await eventually(async () => ok(await operator.put('/api/admin/clock', { rate: 1 })), { withinMs: 30_000 })
    await expectSound(platform.servers.postgres.url)
  })
  afterAll(async () => {
    await stop?.()
  })

  it.each(serviceNames)('kill -9 of %s', name =>
    work.during(async () => {
      platform.kill(name)
      await ready(platform.opsUrl(name))
    }),
  )

  it.each(serviceNames)('two replicas of %s, of which the first is killed', name =>
    work.during(async () => {
      const second = await platform.replica(name)
      try {
        await ready(second.opsUrl)
        platform.kill(name)
        await ready(platform.opsUrl(name))
      } finally {
        await second.kept.stop()
      }
    }),
  )

  it.each(servers)('a restart of %s', name => work.during(() => platform.restart(name)))

  it('the loss of everything that NATS kept: the streams are made again from the outboxes', () =>
    work.during(async () => {
      await platform.hold('nats')
      rmSync(join(dir, 'nats', 'store'), { recursive: true })
      await platform.restart('nats')
    }))

  it('Redis gone: people sign in and read', () =>
    work.during(async () => {
      await platform.hold('redis')
      try {
        await signIn(person)
        for (const path of ['vms', 'devices', 'invoices', 'notifications', 'dashboard/stats', 'profile'])
          ok(await customer.get(`/api/customer/${path}`))
      } finally {
        await platform.restart('redis')
      }
    }))

  it('the engine restarted: the server is what it was, and can be stopped and started', async () => {
    await platform.restart('dockerd')
    for (const [verb, end] of [
      ['stop', 'off'],
      ['start', 'running'],
    ] as const) {
      await eventually(async () => ok(await customer.post(`/api/customer/vms/${vmId}/${verb}`), 202))
      await eventually(async () => expect(await status()).toBe(end), { withinMs: 60_000, everyMs: 250 })
    }
  })

  it.each(servers)('%s stands still: every call answers within its bound, and goes on when it moves again', name =>
    work.during(async () => {
      const thaw = freeze(platform.pid(name)!)
      try {
        const calls: [string, () => Promise<Answer>][] = [
          ...['vms', 'devices', 'invoices', 'notifications', 'usage', 'energy', 'dashboard/stats', 'profile'].map(
            (path): [string, () => Promise<Answer>] => [path, () => customer.get(`/api/customer/${path}`)],
          ),
          ['energy', () => customer.get('/api/public/energy')],
          ['status', () => customer.get('/api/public/status')],
          ['start', () => customer.post(`/api/customer/vms/${vmId}/start`)],
          ['sign in', () => customer.post('/api/auth/login', person)],
        ]
        const answers = calls.map(async ([what, call]) => {
          const from = performance.now()
          const status = await call().then(
            answer => answer.status,
            () => 'none',
          )
          return { what, status, ms: Math.round(performance.now() - from) }
        })
        const late = (await Promise.all(answers)).filter(
          ({ status, ms }) => ms > boundMs || status === 500 || status === 'none',
        )
        expect(late).toEqual([])
      } finally {
        thaw()
      }
    }),
  )

  it('every device that was promised is there once', async () => {
    const seen: string[] = []
    for (let cursor: unknown = ''; cursor !== null; ) {
      const from = cursor === '' ? '' : `&cursor=${cursor}`
      const page = await customer.get<{ serial: string }[]>(`/api/customer/devices?limit=100${from}`)
      seen.push(...ok(page).map(({ serial }) => serial))
      cursor = page.body.meta!.nextCursor
    }
    expect(seen.sort()).toEqual([...work.made].sort())
  })
})
