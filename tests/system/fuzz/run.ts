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
  const { faultsOf, isVain } = judgeBy(world.document)
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

  const faultsIn = async (
    operation: Operation,
    asked: Case,
    answer: Answer,
    left: string[] = [],
  ): Promise<string[]> => {
    const name = nameOf(operation)
    tally.statuses[name] ??= {}
    count(tally.statuses[name], String(answer.status))
    const isOurs = answer.status >= 400 || (await isTheirs(world, operation, asked))
    const faults = [...faultsOf(operation, asked, answer), ...left, ...(isOurs ? [] : ['it is of somebody else'])]
    return faults.map(fault => `${fault} | ${JSON.stringify(asked).slice(0, 600)} | ${shown(answer)}`)
  }

  const check = async (operation: Operation, asked: Case): Promise<string[]> => {
    const again = () => ask(world, operation, asked)
    const answer = await again()
    const mayChange = answer.status < 400 && operation.method !== 'GET'
    if (mayChange) known = await atRest(read)
    const name = nameOf(operation)
    return faultsIn(operation, asked, answer, mayChange ? [] : await leftBehind(name, again, answer))
  }

  /** Several at a time of which none may change anything. When something has moved, each is looked at alone. */
  const checkTogether = async (operation: Operation, cases: Case[]): Promise<string[]> => {
    const answers = await Promise.all(cases.map(asked => ask(world, operation, asked)))
    const faults = await Promise.all(cases.map((asked, index) => faultsIn(operation, asked, answers[index]!)))
    const places = moved(known, await read())
    if (places.length === 0) return faults.flat()
    count(tally.echoes, `${nameOf(operation)}: ${places}`)
    known = await atRest(read)
    for (const asked of cases) faults.push(await check(operation, asked))
    return faults.flat()
  }

  const checkAll = async (operation: Operation, cases: Case[]): Promise<string[]> => {
    const isQuiet = (asked: Case) => operation.method === 'GET' || isVain(operation, asked)
    const faults: string[] = []
    for (const asked of cases.filter(asked => !isQuiet(asked))) faults.push(...(await check(operation, asked)))
    return [...faults, ...(await checkTogether(operation, cases.filter(isQuiet)))]
  }
  return { checkAll, unseen, tally }
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1
}

const nameOf = ({ method, path }: Operation): string => `${method} ${path}`
const codeOf = ({ body }: Answer): unknown => (body as { code?: string } | null)?.code
const shown = ({ status, body }: Answer): string => `${status} ${JSON.stringify(body)?.slice(0, 600)}`
