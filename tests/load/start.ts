import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { reset } from '@sahary/local/platform/reset'
import { root } from '@sahary/local/root'
import { livePid, until } from '@sahary/local/stack/pid'

/**
 * How quick the platform stands up and goes down, and what it weighs when nobody asks for anything: all that `npm start`
 * leaves running, npm itself and the launcher with it. This process is none of it.
 * Run: `node tests/load/start.ts [starts] [seconds to settle]`.
 */
const starts = Number(process.argv[2] ?? 3)
const settleS = Number(process.argv[3] ?? 30)
const say = (line: string): void => console.log(line)
const servers = ['postgres', 'nats', 'redis', 'mosquitto', 'containerd', 'dockerd']

type Started = { npm: ChildProcess; readyS: number; pids: Map<string, number>; stop: () => Promise<number> }

/** Types `npm start` as a person does, and waits for `ready`; `stop` ends it as a machine does and gives the seconds. */
async function start(dir: string): Promise<Started> {
  const from = performance.now()
  const npm = spawn('npm', ['start'], {
    cwd: root,
    env: { ...process.env, SAHARY_DIR: dir },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(npm, 'exit')
  const lines = createInterface(npm.stdout)
  await Promise.race([
    new Promise<void>(resolve => lines.on('line', line => line === 'ready' && resolve())),
    gone.then(([code]) => Promise.reject(new Error(`start ended with ${code}`))),
  ])
  const readyS = (performance.now() - from) / 1_000
  const pids = pidsIn(dir)
  const stop = async () => {
    const asked = performance.now()
    process.kill(pids.get('launcher')!, 'SIGTERM')
    const [code] = await gone
    if (code !== 0) throw new Error(`start ended with ${code}`)
    return (performance.now() - asked) / 1_000
  }
  return { npm, readyS, pids, stop }
}

/** What runs, by name. */
function pidsIn(dir: string): Map<string, number> {
  const noted = readdirSync(join(dir, 'pids')).map(
    file => [file.replace('.pid', ''), livePid(join(dir, 'pids', file))] as const,
  )
  return new Map(noted.filter((each): each is readonly [string, number] => each[1] !== undefined))
}

/** MiB of a process: resident, and its share when pages that several hold are split between them. */
function weightOf(pid: number): { resident: number; share: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const of = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1024
  return { resident: of('Rss'), share: of('Pss') }
}

/** A process and everything that it has begun. */
function familyOf(pid: number): number[] {
  const tasks = readdirSync(`/proc/${pid}/task`)
  const children = tasks.flatMap(task => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' '))
  const born = children.filter(child => child.trim() !== '').map(Number)
  return [pid, ...born.flatMap(familyOf)]
}

/** What each name weighs, with all processes that go by it, and the sum. */
function weigh(what: string, processes: readonly (readonly [string, number])[]): void {
  const names = [...new Set(processes.map(([name]) => name))]
  const weights = names.map(name => {
    const each = processes.filter(([other]) => other === name).map(([, pid]) => weightOf(pid))
    const sum = (field: 'resident' | 'share') => each.reduce((total, weight) => total + weight[field], 0)
    return { name, resident: sum('resident'), share: sum('share') }
  })
  for (const { name, resident, share } of weights)
    say(`  ${name.padEnd(30)} ${resident.toFixed(0).padStart(5)} MiB (${share.toFixed(0)} of its own share)`)
  const sum = (field: 'resident' | 'share') => weights.reduce((total, weight) => total + weight[field], 0).toFixed(0)
  say(`${what.padEnd(32)} ${sum('resident')} MiB resident (${sum('share')} by share)`)
}

/** Everything below npm is ours but the servers: also what has no name. */
function showWeights({ npm, pids }: Started): void {
  const named = new Map([...pids, ['npm', npm.pid!] as const].map(([name, pid]) => [pid, name]))
  const beside = servers.flatMap(name =>
    pids.has(name) ? familyOf(pids.get(name)!).map(pid => [name, pid] as const) : [],
  )
  const isBeside = new Set(beside.map(([, pid]) => pid))
  const ours = familyOf(npm.pid!).filter(pid => !isBeside.has(pid))
  weigh(
    'our processes together',
    ours.map(pid => [named.get(pid) ?? `process ${pid}`, pid] as const),
  )
  weigh('the servers beside them', beside)
}

async function showExits({ pids }: Started, dir: string): Promise<void> {
  for (const [name, pid] of pids) {
    if (name === 'launcher' || servers.includes(name)) continue
    const note = join(dir, 'pids', `${name}.pid`)
    const from = performance.now()
    process.kill(pid, 'SIGTERM')
    await until(() => livePid(note) !== pid, 60_000, 2)
    say(`  ${name.padEnd(30)} ${((performance.now() - from) / 1_000).toFixed(2)} s`)
    // The launcher starts it again: the next one is to be alone.
    await until(() => ![undefined, pid].includes(livePid(note)), 60_000)
    await pause(2_000)
  }
}

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!
const list = (numbers: readonly number[]): string => numbers.map(each => each.toFixed(1)).join(', ')

say(`cores ${availableParallelism()}, load ${loadavg()[0]!.toFixed(1)}, node ${process.version}`)
// Not under a private folder, because PostgreSQL runs as somebody else.
const dir = mkdtempSync(join('/var/tmp', 'sahary-start-'))
try {
  const first = await start(dir)
  await first.stop()
  say(`first start of a new folder      ${first.readyS.toFixed(1)} s to ready`)
  const [readyS, goneS]: [number[], number[]] = [[], []]
  for (let turn = 0; turn < starts; turn++) {
    const warm = await start(dir)
    readyS.push(warm.readyS)
    goneS.push(await warm.stop())
  }
  say(
    `warm start to ready, median      ${median(readyS).toFixed(1)} s (${list(readyS)}), load ${loadavg()[0]!.toFixed(1)}`,
  )
  say(`SIGTERM to all gone, median      ${median(goneS).toFixed(1)} s`)
  const platform = await start(dir)
  try {
    await pause(settleS * 1_000)
    say(`idle for ${settleS} s:`)
    showWeights(platform)
    say('SIGTERM to exit:')
    await showExits(platform, dir)
  } finally {
    await platform.stop()
  }
} finally {
  await reset(dir)
}
