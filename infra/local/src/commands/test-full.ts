import { testTiers } from './test.ts'
import { figures, runTiers, type Tier, vitest } from './tier.ts'

/** Rules about time must give the same wherever the machine stands. */
const zones = ['Africa/Cairo', 'UTC', 'America/Los_Angeles']

/** A tier with these settings in its environment, and in its alone. */
const under = (settings: Record<string, string>, { name, run }: Tier): Tier => ({
  name,
  run: async () => {
    const before = { ...process.env }
    Object.assign(process.env, settings)
    try {
      return await run()
    } finally {
      for (const key of Object.keys(settings))
        if (before[key] === undefined) delete process.env[key]
        else process.env[key] = before[key]
    }
  },
})

const unitIn = (TZ: string): Tier => under({ TZ }, { name: `unit in ${TZ}`, run: vitest(['unit']) })

/** The same tests, with every server of theirs in a container. */
const onContainers = under(
  { TEST_STACK: 'containers' },
  {
    name: 'service on containers',
    run: vitest(['service'], 'packages/', 'services/', 'infra/local/test/mosquitto', 'infra/local/test/nats'),
  },
)

/** `test:full`: everything of `test` at full scale, then containers and faults, then the benchmarks, whose figures are kept. */
export async function run(): Promise<number> {
  process.env.TEST_SCALE = 'full'
  return runTiers([
    ...testTiers,
    ...zones.map(unitIn),
    onContainers,
    { name: 'compose', run: vitest(['compose']) },
    { name: 'chaos', run: vitest(['chaos']) },
    { name: 'load: the way of an event', run: figures('tests/load/bus.ts') },
    { name: 'load: start and stop', run: figures('tests/load/start.ts') },
  ])
}
