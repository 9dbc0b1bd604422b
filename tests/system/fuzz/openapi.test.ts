import { accessTable } from '@sahary/contracts/access'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { casesOf, people, type Who } from './cases.ts'
import { bodySchemaOf, type Operation, operationAt } from './description.ts'
import { isLetIn } from './judge.ts'
import { isCalm, knownTo } from './known.ts'
import { openRun } from './run.ts'
import { openWorld, renew, type World } from './world.ts'

const isFull = process.env.TEST_SCALE === 'full'
/** One of them alone with FUZZ_SEED, to see again what it has found. */
const seeds = process.env.FUZZ_SEED
  ? [Number(process.env.FUZZ_SEED)]
  : Array.from({ length: isFull ? 100 : 3 }, (_, index) => index + 1)
const casesPerSeed = isFull ? 6 : 12
const tokensLastMs = 5 * 60_000

/** Pages and descriptions, which are no part of what the API describes. */
const undescribed = /^\/(|customer.*|admin.*|api\/docs.*|api\/(openapi|asyncapi)\.json)$/
/** First what makes things, then what reads and changes them; what stops and removes them comes late, time itself last. */
function turn([method, path]: readonly [string, string, string]): number {
  if (path.endsWith('/clock')) return 6
  // Tidings of payments, when there are some.
  if (path.startsWith('/webhooks/')) return 2
  if (method === 'DELETE') return path.includes('/vms/') ? 5 : 2
  if (path.endsWith('/stop')) return 4
  if (/\/(start|reboot)$/.test(path)) return 3
  return method === 'POST' && !path.includes(':') ? 0 : 1
}
const routes = accessTable.filter(([, path]) => !undescribed.test(path)).sort((a, b) => turn(a) - turn(b))
const timeout = isFull ? 1_800_000 : 120_000

describe(`the API as it describes itself, asked by the seeds ${seeds[0]} to ${seeds.at(-1)}`, () => {
  let world: World
  let run: Awaited<ReturnType<typeof openRun>>
  let renewedAt = Date.now()

  beforeAll(async () => {
    world = await openWorld()
    run = await openRun(world)
  })
  afterAll(async () => {
    if (run) console.log(run.tally)
    await world?.close()
  })

  it.each(routes)('%s %s answers as described, and a refusal leaves nothing', { timeout }, async (method, path) => {
    if (Date.now() - renewedAt > tokensLastMs) {
      await renew(world)
      renewedAt = Date.now()
    }
    const operation = operationAt(world.document, method, path)
    if (!operation) throw new Error('is not described')
    const cases = casesOf(operation, await knownTo(world, operation), callersOf(operation)).filter(isCalm)
    // There is more to get wrong in a body.
    const numRuns = bodySchemaOf(operation) ? casesPerSeed * 1.5 : casesPerSeed
    const faults: string[] = []
    for (const seed of seeds) {
      const found = await run.checkAll(operation, fc.sample(cases, { seed, numRuns }))
      faults.push(...found.map(fault => `seed ${seed}: ${fault}`))
    }
    expect(faults).toEqual([])
    expect(await run.unseen(), 'moved, and nothing told of it').toEqual([])
  })

  it('has let somebody through on nearly every route, so that more than its doors was looked at', () => {
    const unreached = Object.entries(run.tally.statuses).filter(([, counts]) => !Object.keys(counts).some(isGood))
    // Some want a state that chance seldom meets: a repair to be moved from where it is, a server that runs.
    expect(unreached.length, unreached.map(([name]) => name).join(', ')).toBeLessThan(routes.length / 10)
  })
})

const isGood = (status: string): boolean => status.startsWith('2')

/** Mostly those who are let in; the card network signs what comes to its own door alone. */
function callersOf(operation: Operation): fc.Arbitrary<Who> {
  const isWebhook = operation.path.startsWith('/webhooks/')
  const may = people.filter(who => isWebhook === (who === 'network') || who === 'nobody')
  const often = (who: Who) => (['owner', 'admin', 'network'].includes(who) ? 8 : 3)
  const weighed = may.map(who => ({ weight: isLetIn(who, operation) ? often(who) : 1, arbitrary: fc.constant(who) }))
  return fc.oneof(...weighed)
}
