import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { reset } from '../src/platform/reset.ts'
import { dockerAt } from '../src/stack/docker.ts'
import { livePid } from '../src/stack/pid.ts'
import { answers } from '../src/stack/port.ts'

/** A launcher in a process of its own, as a person starts it, in a folder of its own. */
export type Launcher = {
  dir: string
  process: ChildProcess
  /** Everything it has printed. */
  said: () => string
  /** Process numbers of what it runs, by name. */
  pids: () => Record<string, number>
  /** Resolves with the exit code. */
  ended: Promise<number | null>
}

/** A folder for a platform, and the way to get rid of all that it holds. */
export function platformFolder(): { dir: string; remove: () => Promise<void> } {
  const dir = mkdtempSync(join(tmpdir(), 'sahary-platform-'))
  return {
    dir,
    remove: async () => {
      await reset(dir)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Flags of a platform that has no engine. */
export const withoutVms = ['--without-vms'] as const

/** Starts `npm start`, or another command that stays, and resolves at its line `ready`. */
export async function startLauncher(
  dir: string,
  env: NodeJS.ProcessEnv = {},
  flags: readonly string[] = withoutVms,
  command: 'start' | 'dev' = 'start',
): Promise<Launcher> {
  const main = join(import.meta.dirname, '../src/main.ts')
  const child = spawn(process.execPath, [main, command, ...flags], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, SAHARY_DIR: dir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += chunk))
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
  const launcher = { dir, process: child, said: () => said, pids: () => pidsIn(dir), ended }
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', () => /^ready$/m.test(said) && resolve())
    void ended.then(code => reject(new Error(`the launcher ended with ${code}:\n${said}`)))
  })
  return launcher
}

/** Process numbers that live, by the name of their pid file. */
export function pidsIn(dir: string): Record<string, number> {
  const live = readdirSync(join(dir, 'pids')).flatMap(name => {
    const pid = livePid(join(dir, 'pids', name))
    return pid === undefined ? [] : [[name.replace('.pid', ''), pid] as const]
  })
  return Object.fromEntries(live)
}

type State = { tag: string; ports: Record<string, number>; secrets: Record<string, string> }

/** The drawn tag, ports and secrets of a platform. */
export const stateOf = (dir: string): State => JSON.parse(readFileSync(join(dir, 'state.json'), 'utf8'))

/** A machine on a platform's own engine, as compute makes it as far as it matters here. */
export type Vm = { answers: () => Promise<boolean>; process: () => Promise<number> }

/** Starts a VM on the platform's engine; it answers TCP on 2222 when it runs. */
export async function startVm(dir: string): Promise<Vm> {
  const docker = dockerAt(`unix:///run/sahary/${stateOf(dir).tag}/docker.sock`)
  await docker.createNetwork({ Name: 'guest' })
  const container = await docker.createContainer({
    Image: 'sahary/tiny:current',
    Cmd: ['/bin/busybox', 'sh', '-c', 'while true; do echo hello | /bin/busybox nc -l -p 2222; done'],
    HostConfig: { NetworkMode: 'guest', CapDrop: ['ALL'] },
  })
  await container.start()
  const { NetworkSettings } = await container.inspect()
  const address = NetworkSettings.Networks.guest!.IPAddress
  return { answers: () => answers(2222, address), process: async () => (await container.inspect()).State.Pid }
}
