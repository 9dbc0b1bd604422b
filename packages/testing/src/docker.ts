import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { startEngine } from '@sahary/local/stack/docker'
import type { Kept } from '@sahary/local/stack/keeper'
import { endNoted, livePid, notePid } from '@sahary/local/stack/pid'

const engines = resolve(import.meta.dirname, '../../../.sahary/test/engines')

/** A container engine for tests: where it listens, and how to be done with it. */
export type TestDocker = { address: string; stop: () => Promise<void> }

/** The engine that DOCKER_HOST names, as it is, else one of this test file's own (root only). */
export async function testDocker(): Promise<TestDocker> {
  return process.env.DOCKER_HOST ? { address: process.env.DOCKER_HOST, stop: async () => {} } : ownDocker()
}

/** An engine of this test file's own, to be hurt; `kept` is its process. */
export async function ownDocker(pool = '10.216.0.0/16'): Promise<TestDocker & { kept: Kept }> {
  await sweepEngines()
  const name = randomBytes(4).toString('hex')
  const dir = join(engines, name)
  mkdirSync(dir, { recursive: true })
  notePid(join(dir, 'owner.pid'), process.pid)
  const engine = await startEngine({
    dir: join(dir, 'data'),
    runDir: runDirOf(name),
    pool,
    logFile: server => join(dir, `${server}.log`),
    pidFile: server => pidFileOf(name, server),
  })
  const stop = async () => {
    await engine.stop()
    remove(name)
  }
  return { address: engine.host, stop, kept: engine.kept! }
}

const runDirOf = (name: string): string => `/run/sahary/t-${name}`
const pidFileOf = (name: string, server: string): string => join(engines, name, `${server}.pid`)

/** Ends the engines of test processes that were killed before they could. */
async function sweepEngines(): Promise<void> {
  for (const name of existsSync(engines) ? readdirSync(engines) : []) {
    const owner = join(engines, name, 'owner.pid')
    if (!existsSync(owner) || livePid(owner) !== undefined) continue
    for (const server of ['dockerd', 'containerd']) await endNoted(pidFileOf(name, server), 'SIGTERM', 10_000)
    remove(name)
  }
}

function remove(name: string): void {
  const folders = [join(engines, name), runDirOf(name)]
  // With live-restore an engine leaves its data folder mounted on itself.
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n')
  const ours = mounts.map(line => line.split(' ')[1] ?? '').filter(at => folders.some(dir => at.startsWith(`${dir}/`)))
  for (const mount of ours.reverse()) execFileSync('umount', ['--lazy', mount])
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}
