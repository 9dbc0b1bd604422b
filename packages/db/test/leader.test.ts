import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { createLogger } from '@sahary/observability/log'
import { eventually } from '@sahary/testing/eventually'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { leaderLoop } from '../src/leader.ts'
import { bed } from './bed.ts'

let db: Awaited<ReturnType<typeof bed>>
const children: ChildProcess[] = []
const loops: { stop: () => Promise<void> }[] = []
const logger = createLogger({ service: 'test', level: 'silent' })

beforeAll(async () => {
  db = await bed()
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await Promise.all(loops.splice(0).map(loop => loop.stop()))
})
afterAll(() => db.close())

/** A leader in this process that counts who leads at the same time. */
function contender(watch: { now: number; most: number; terms: bigint[] }) {
  const loop = leaderLoop({
    pool: db.pool,
    name: 'race',
    logger,
    retryMs: 20,
    lead: async ({ epoch, signal }) => {
      watch.now += 1
      watch.most = Math.max(watch.most, watch.now)
      watch.terms.push(epoch)
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      watch.now -= 1
    },
  })
  loops.push(loop)
  return loop
}

function leaderProcess() {
  const said: { began?: number; ended?: number }[] = []
  const child = fork(join(import.meta.dirname, 'leader-process.ts'), [db.url])
  children.push(child)
  child.on('message', message => said.push(message as { began: number }))
  return { child, said }
}

test('of five who race one leads, and another when it stops', async () => {
  const watch = { now: 0, most: 0, terms: [] as bigint[] }
  const all = Array.from({ length: 5 }, () => contender(watch))
  for (let round = 1; round <= 5; round++) {
    await eventually(() => expect(watch.terms).toHaveLength(round))
    await all.find(loop => loop.leading())?.stop()
  }
  expect(watch.most).toBe(1)
  expect(watch.terms).toEqual([1n, 2n, 3n, 4n, 5n])
})

test('a leader that is killed is followed at once', async () => {
  const first = leaderProcess()
  await eventually(() => expect(first.said).toHaveLength(1))
  const second = leaderProcess()
  first.child.kill('SIGKILL')
  await eventually(() => expect(second.said[0]?.began).toBe(first.said[0]!.began! + 1))
})

test('a leader that is stopped loses the lead after its silence, and learns so when it goes on', async () => {
  const first = leaderProcess()
  await eventually(() => expect(first.said).toHaveLength(1))
  const second = leaderProcess()
  first.child.kill('SIGSTOP')
  await eventually(() => expect(second.said).toHaveLength(1), { withinMs: 12_000 })
  first.child.kill('SIGCONT')
  await eventually(() => expect(first.said[1]?.ended).toBe(first.said[0]!.began))
  expect(second.said).toHaveLength(1)
})
