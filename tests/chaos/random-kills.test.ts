import { eventually } from '@sahary/testing/eventually'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aWhile } from './killing.ts'
import { openScene, rent, type Scene } from './scene.ts'
import { type Shedding, sheddingOf } from './shedding.ts'
import { expectHeard, expectSound } from './verdict.ts'
import { type Work, workOf } from './work.ts'

const seconds = Number(process.env.CHAOS_SECONDS ?? 60)
const servers = ['nats', 'postgres', 'redis', 'mosquitto', 'dockerd'] as const
type Victim = Parameters<Scene['platform']['pid']>[0] | 'tally'

describe(`after ${seconds} s of random kills of every process`, () => {
  let scene: Scene
  let work: Work
  let sailId: number
  let shedding: Shedding

  beforeAll(async () => {
    // Two hours before the month of Cairo ends: it is closed while everything dies, or soon after.
    scene = await openScene('2026-11-30T20:00:00.000Z')
    work = workOf(scene)
    sailId = await rent(scene.customer(), 'sail', 'solar_only')
    shedding = sheddingOf(scene, sailId)
    await eventually(async () => expect(await shedding.status()).toBe('running'), { withinMs: 60_000, everyMs: 250 })
  })
  afterAll(async () => {
    await scene?.stop()
  })

  it('no event is lost, none is applied twice, balances are equal, and a solar server has gone off and come back', async () => {
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
      await aWhile(300, 1_200)
    }
    await scene.run(300)
    const kills = async () => {
      for (const end = Date.now() + seconds * 1000; Date.now() < end; ) await killOne()
    }
    await Promise.all([work.during(kills), shedding.darkness()])
    await shedding.expectKept()
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
