import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { launch } from '@sahary/local/platform/launch'
import type { Platform } from '@sahary/local/platform/platform'
import { reset } from '@sahary/local/platform/reset'
import { root } from '@sahary/local/root'

/**
 * How quick the platform stands up and goes down, and what it weighs when nobody asks for anything.
 * Run: `node tests/load/start.ts [starts] [seconds to settle]`.
 */
const starts = Number(process.argv[2] ?? 3)
const settleS = Number(process.argv[3] ?? 30)
const say = (line: string): void => console.log(line)
const servers = ['postgres', 'nats', 'redis', 'mosquitto', 'dockerd'] as const

/** Runs `start` as a person does, and ends it as Ctrl-C does. Gives the seconds until it says `ready`, and until it is gone. */
async function startAndStop(dir: string): Promise<{ readyS: number; goneS: number }> {
  const from = performance.now()
  const child = spawn(process.execPath, [join(root, 'infra/local/src/main.ts'), 'start'], {
    env: { ...process.env, SAHARY_DIR: dir },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(child, 'exit')
  let ready = 0
  for await (const line of createInterface(child.stdout)) {
    if (line !== 'ready') continue
    ready = performance.now()
    child.kill('SIGTERM')
  }
  const [code] = await gone
  if (code !== 0 || ready === 0) throw new Error(`start ended with ${code}`)
  return { readyS: (ready - from) / 1_000, goneS: (performance.now() - ready) / 1_000 }
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

function weigh(names: readonly string[], pidsOf: (name: string) => number[]): number {
  const weights = names.map(name => {
    const each = pidsOf(name).map(weightOf)
    const sum = (field: 'resident' | 'share') => each.reduce((total, weight) => total + weight[field], 0)
    return { name, resident: sum('resident'), share: sum('share') }
  })
  for (const { name, resident, share } of weights)
    say(`  ${name.padEnd(30)} ${resident.toFixed(0).padStart(5)} MiB (${share.toFixed(0)} of its own share)`)
  return weights.reduce((total, { resident }) => total + resident, 0)
}

function showWeights(platform: Platform): void {
  const programs = weigh(platform.services, name => [platform.pid(name as never)!])
  say(`our programs together            ${programs.toFixed(0)} MiB resident`)
  const others = weigh(servers, name => familyOf(platform.pid(name as never)!))
  say(`the servers beside them          ${others.toFixed(0)} MiB resident`)
}

async function showExits(platform: Platform): Promise<void> {
  for (const name of platform.services) {
    const from = performance.now()
    await platform.hold(name)
    say(`  ${name.padEnd(30)} ${((performance.now() - from) / 1_000).toFixed(2)} s`)
  }
}

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!
const list = (numbers: readonly number[]): string => numbers.map(each => each.toFixed(1)).join(', ')

say(`cores ${availableParallelism()}, load ${loadavg()[0]!.toFixed(1)}, node ${process.version}`)
// Not under a private folder, because PostgreSQL runs as somebody else.
const dir = mkdtempSync(join('/var/tmp', 'sahary-start-'))
try {
  const first = await startAndStop(dir)
  say(`first start of a new folder      ${first.readyS.toFixed(1)} s to ready`)
  const warm = []
  for (let turn = 0; turn < starts; turn++) warm.push(await startAndStop(dir))
  const readyS = warm.map(each => each.readyS)
  say(
    `warm start to ready, median      ${median(readyS).toFixed(1)} s (${list(readyS)}), load ${loadavg()[0]!.toFixed(1)}`,
  )
  say(`SIGTERM to all gone, median      ${median(warm.map(each => each.goneS)).toFixed(1)} s`)
  const platform = await launch({ dir })
  try {
    await pause(settleS * 1_000)
    say(`idle for ${settleS} s:`)
    showWeights(platform)
    say('SIGTERM to exit:')
    await showExits(platform)
  } finally {
    await platform.stop()
  }
} finally {
  await reset(dir)
}
