import { eventually } from '@sahary/testing/eventually'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openScene, type Scene } from './scene.ts'
import { expectHeard, expectSound } from './verdict.ts'
import { type Work, workOf } from './work.ts'

const seconds = Number(process.env.CHAOS_SECONDS ?? 60)
const servers = ['nats', 'postgres', 'redis', 'mosquitto', 'dockerd'] as const
type Victim = Parameters<Scene['platform']['pid']>[0] | 'tally'

describe(`after ${seconds} s of random kills of every process`, () => {
  let scene: Scene
  let work: Work

  beforeAll(async () => {
    // Two hours before the month of Cairo ends: it is closed while everything dies, or soon after.
    scene = await openScene('2026-11-30T20:00:00.000Z')
    work = workOf(scene)
  })
  afterAll(async () => {
    await scene?.stop()
  })

  it('no event is lost, none is applied twice, and the balances are equal', async () => {
    const { platform, tally } = scene
    const deaths = new Map<string, number>()
    const pidOf = (name: Victim) => (name === 'tally' ? tally.pid() : platform.pid(name))
    const killOne = async () => {
      const alive = ([...platform.services, ...servers, 'tally'] as const).filter(name => pidOf(name) !== undefined)
      // All of them may be dead at once: what dies often is started again after longer and longer.
      const victim = alive[Math.floor(Math.random() * alive.length)]
      if (victim === 'tally') tally.signal('SIGKILL')
      else if (victim) platform.kill(victim)
      if (victim) deaths.set(victim, (deaths.get(victim) ?? 0) + 1)
      const next = Date.now() + 300 + Math.random() * 900
      await eventually(() => expect(Date.now()).toBeGreaterThan(next))
    }
    await scene.run(300)
    await work.during(async () => {
      for (const end = Date.now() + seconds * 1000; Date.now() < end; ) await killOne()
    })
    await scene.run(1)
    await expectSound(platform.servers.postgres.url)
    const heard = await expectHeard(platform.servers.postgres.url)
    await work.expectKept()
    expect(work.switched()).toBeGreaterThan(0)
    const killed = [...deaths.values()].reduce((sum, count) => sum + count, 0)
    expect(killed).toBeGreaterThan(seconds / 4)
    console.info(`${killed} kills, ${work.made.length} devices and repairs, ${heard} events heard`, deaths)
  })
})
