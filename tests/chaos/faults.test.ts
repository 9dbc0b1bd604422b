import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { serviceNames } from '@sahary/contracts/services'
import { eventually } from '@sahary/testing/eventually'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { caller, ok } from '../system/customer.ts'
import { sayTwiceMore } from './again.ts'
import { callsOf } from './calls.ts'
import { damages } from './damage.ts'
import { freeze } from './freeze.ts'
import { keptIn } from './kept.ts'
import { ready } from './killing.ts'
import { openScene, person, type Scene } from './scene.ts'
import { expectHeard, expectSeen, expectSound } from './verdict.ts'
import { type Work, workOf } from './work.ts'

const servers = ['nats', 'postgres', 'redis', 'mosquitto', 'dockerd'] as const
const behind = serviceNames.filter(name => name !== 'gateway')
/** No call takes longer, whatever does not answer behind it. */
const boundMs = 10_000

describe('a fault under work loses nothing and does nothing twice', () => {
  let scene: Scene
  let work: Work
  const sound = () => expectSound(scene.platform.servers.postgres.url)

  beforeAll(async () => {
    scene = await openScene('2026-11-29T08:00:00.000Z')
    work = workOf(scene)
  })
  beforeEach(async () => {
    await scene.refresh()
    await scene.run(120)
  })
  afterEach(async () => {
    await scene.run(1)
    await sound()
  })
  afterAll(async () => {
    await scene?.stop()
  })

  /** Makes every call at once; each has an answer within the bound, and none is our own mistake. */
  const ask = () =>
    Promise.all(
      callsOf(scene).map(async ({ what, of, wanted, call }) => {
        const from = performance.now()
        const { status, headers, body } = await call()
        const ms = performance.now() - from
        expect([what, status === 500, ms > boundMs && Math.round(ms)]).toEqual([what, false, false])
        const isWanted = wanted.includes(status)
        return { what, of, isWanted, status, type: headers.get('content-type'), code: body.code }
      }),
    )

  it.each(serviceNames)('kill -9 of %s', name =>
    work.during(async () => {
      scene.platform.kill(name)
      await ready(scene.platform.opsUrl(name))
    }),
  )

  it.each(serviceNames)('two replicas of %s, of which the first is killed', name =>
    work.during(async () => {
      const second = await scene.platform.replica(name)
      try {
        await ready(second.opsUrl)
        scene.platform.kill(name)
        await ready(scene.platform.opsUrl(name))
      } finally {
        await second.kept.stop()
      }
    }),
  )

  it.each(['metering', 'notification'] as const)(
    'of two replicas of %s the first stands still: the other does everything',
    async name => {
      const second = await scene.platform.replica(name)
      let thaw = () => {}
      try {
        await ready(second.opsUrl)
        await work.during(async () => {
          thaw = freeze(scene.platform.pid(name)!)
        })
        await scene.run(1)
        await sound()
      } finally {
        thaw()
        await second.kept.stop()
      }
    },
  )

  it.each(servers)('a restart of %s', name => work.during(() => scene.platform.restart(name)))

  it('the loss of everything that NATS kept: the streams are made again from the outboxes', () =>
    work.during(async () => {
      await scene.platform.hold('nats')
      rmSync(join(scene.dir, 'nats', 'store'), { recursive: true })
      await scene.platform.restart('nats')
    }))

  it('Redis gone: people sign in and read', () =>
    work.during(async () => {
      await scene.platform.hold('redis')
      try {
        await scene.signIn(person)
        for (const path of ['vms', 'devices', 'invoices', 'notifications', 'dashboard/stats', 'profile'])
          ok(await scene.customer().get(`/api/customer/${path}`))
      } finally {
        await scene.platform.restart('redis')
      }
    }))

  it('the engine restarted: the server is what it was, and can be stopped and started', async () => {
    await scene.platform.restart('dockerd')
    for (const [verb, end] of [
      ['stop', 'off'],
      ['start', 'running'],
    ] as const) {
      await eventually(async () => ok(await scene.customer().post(`/api/customer/vms/${scene.vmId}/${verb}`), 202))
      await eventually(async () => expect(await scene.status()).toBe(end), { withinMs: 60_000, everyMs: 250 })
    }
  })

  it.each(servers)('%s stands still: every call answers within its bound, and goes on when it moves again', name =>
    work.during(async () => {
      const thaw = freeze(scene.platform.pid(name)!)
      try {
        const answers = await ask()
        // Nothing is promised without the database. Without any other server people sign in, read and ask as ever.
        if (name === 'postgres') return
        expect(answers.filter(({ isWanted }) => !isWanted)).toEqual([])
      } finally {
        thaw()
      }
    }),
  )

  it.each(behind)('%s stands still: what is its own is refused in time, and everything else is answered', name =>
    work.during(async () => {
      const thaw = freeze(scene.platform.pid(name)!)
      try {
        const answers = await ask()
        const own = answers.filter(({ of }) => of === name)
        const refused = {
          status: 503,
          type: expect.stringContaining('application/problem+json'),
          code: 'dependency_down',
        }
        expect(own).toEqual(own.map(() => expect.objectContaining(refused)))
        expect(answers.filter(({ of, isWanted }) => of !== name && !isWanted)).toEqual([])
      } finally {
        thaw()
      }
    }),
  )

  it('the gateway stands still: another replica answers, and the first goes on when it moves again', () =>
    work.during(async () => {
      const second = await scene.platform.replica('gateway')
      const thaw = freeze(scene.platform.pid('gateway')!)
      try {
        const door = caller(second.url, scene.customer().token)
        for (const path of ['vms', 'devices', 'dashboard/stats']) ok(await door.get(`/api/customer/${path}`))
      } finally {
        thaw()
        await second.kept.stop()
      }
    }))

  it('every event delivered three times to everybody who hears it: nothing happens again', async () => {
    const { postgres, nats } = scene.platform.servers
    await scene.run(600)
    await work.during(async () => {
      await eventually(() => expectHeard(postgres.url), { withinMs: 60_000, everyMs: 1_000 })
    })
    await scene.run(1)
    // The slots that are due close now; the next are minutes away.
    const slot = 300_000
    const { businessAt } = ok(await scene.operator().get<{ businessAt: string }>('/api/admin/clock'))
    const next = new Date(Math.ceil(Date.parse(businessAt) / slot) * slot + 5_000).toISOString()
    ok(await scene.operator().put('/api/admin/clock', { businessAt: next, rate: 1 }))
    await sound()
    let before = {}
    const settled = async () => {
      const earlier = before
      before = await keptIn(postgres.url)
      expect(before).toEqual(earlier)
    }
    await eventually(settled, { withinMs: 60_000, everyMs: 5_000 })
    const given = await sayTwiceMore(nats.url)
    const repeated = Object.entries(given).filter(([, copies]) => copies > 0)
    for (const durable of ['billing--usage', 'billing--repair', 'metering--vm', 'metering--energy', 'notification--vm'])
      expect(Object.fromEntries(repeated)).toHaveProperty(durable)
    await sound()
    expect(await keptIn(postgres.url)).toEqual(before)
  })

  it('everything that was promised is there once, and everybody has heard what they live from', async () => {
    await work.expectKept()
    await expectHeard(scene.platform.servers.postgres.url)
  })

  it.each(damages)('the oracle sees $what', damage => expectSeen(scene.platform.servers.postgres.url, damage))
})
