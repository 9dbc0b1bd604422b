import { type Answer, ask } from './ask.ts'
import type { Case } from './cases.ts'
import type { Operation } from './description.ts'
import { judgeBy } from './judge.ts'
import { isTheirs } from './known.ts'
import { atRest, moved, openRows } from './rows.ts'
import type { World } from './world.ts'

/** How often each route gave each status, and which tables moved while it was asked, but not when it was asked again. */
export type Tally = { statuses: Record<string, Record<string, number>>; echoes: Record<string, number> }

/**
 * Makes requests and gives what is wrong with each answer: with its form, or with what a refusal or a read has left
 * behind. What earlier requests still cause is told apart by asking again: the same refusal, and nothing moves.
 */
export async function openRun(world: World) {
  const judge = judgeBy(world.document)
  const { read, unseen } = await openRows(world.pool)
  const tally: Tally = { statuses: {}, echoes: {} }

  let known = await atRest(read)
  const leftBehind = async (name: string, again: () => Promise<Answer>, first: Answer): Promise<string[]> => {
    // A server that is coming up takes some seconds, and writes down each step.
    for (let tries = 1; tries <= 15; tries++) {
      const places = moved(known, await read())
      if (places.length === 0) return []
      count(tally.echoes, `${name}: ${places}`)
      known = await atRest(read, 40 * tries)
      const second = await again()
      if (second.status === first.status && codeOf(second) === codeOf(first)) continue
      known = await atRest(read)
      // A server that has come up meanwhile may well be rebooted.
      if (places.includes('compute.vm')) return []
      return [`asked again, it is ${second.status} ${codeOf(second)}; ${places} had changed`]
    }
    const places = moved(known, await read())
    known = await atRest(read)
    return places.length > 0 ? [`${places} are changed`] : []
  }

  const check = async (operation: Operation, asked: Case): Promise<string[]> => {
    const again = () => ask(world, operation, asked)
    const answer = await again()
    const name = `${operation.method} ${operation.path}`
    tally.statuses[name] ??= {}
    count(tally.statuses[name], String(answer.status))
    const mayChange = answer.status < 400 && operation.method !== 'GET'
    if (mayChange) known = await atRest(read)
    const faults = [
      ...judge(operation, asked, answer),
      ...(mayChange ? [] : await leftBehind(name, again, answer)),
      ...(answer.status >= 400 || (await isTheirs(world, operation, asked)) ? [] : ['it is of somebody else']),
    ]
    return faults.map(fault => `${fault} | ${JSON.stringify(asked).slice(0, 600)} | ${shown(answer)}`)
  }
  return { check, unseen, tally }
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1
}

const codeOf = ({ body }: Answer): unknown => (body as { code?: string } | null)?.code
const shown = ({ status, body }: Answer): string => `${status} ${JSON.stringify(body)?.slice(0, 600)}`
