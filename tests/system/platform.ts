import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LaunchOptions, launch } from '@sahary/local/platform/launch'
import type { Platform } from '@sahary/local/platform/platform'
import { reset } from '@sahary/local/platform/reset'
import { livePid } from '@sahary/local/stack/pid'

/** Not under a private folder, because PostgreSQL runs as somebody else. */
const place = '/var/tmp'
const prefix = 'sahary-system-'
/** In a folder that was left to be looked at. */
const mark = 'left-to-look-at'

/**
 * The whole platform in a folder of its own, on a simulated clock; or, with SAHARY_KEEP, one that is left to look at.
 * What a run that was killed has left behind is taken away first.
 */
export async function startPlatform(
  options: Partial<LaunchOptions> = {},
): Promise<{ platform: Platform; dir: string; stop: () => Promise<void> }> {
  await sweep()
  const dir = mkdtempSync(join(place, prefix))
  const env = {
    // A test looks far more often than a person: the usual limits would refuse its looking.
    LIMIT_FACTOR: '100',
    // Stories have dates of their own, and business time goes forward only: it must not begin with today.
    CLOCK_START: '2026-11-01T03:30:00Z',
  }
  const end = () => (process.env.SAHARY_KEEP ? writeFileSync(join(dir, mark), '') : discard(dir))
  try {
    const platform = await launch({ dir, clock: 'simulated', env, ...options })
    const stop = async () => {
      await platform.stop()
      await end()
    }
    return { platform, dir, stop }
  } catch (error) {
    await end()
    throw error
  }
}

/** Nothing of a platform stays: no process, mount, bridge, chain or file. */
async function discard(dir: string): Promise<void> {
  await reset(dir)
  rmSync(dir, { recursive: true, force: true })
}

/** Discards platforms whose test was killed before it could. */
export async function sweep(): Promise<void> {
  const folders = readdirSync(place).filter(name => name.startsWith(prefix))
  for (const dir of folders.map(name => join(place, name))) {
    if (isAbandoned(dir)) await discard(dir).catch(error => console.error(`${dir} cannot be removed: ${error.message}`))
  }
}

/** A folder without a launcher's number is given a minute, because it may have been made just now. */
function isAbandoned(dir: string): boolean {
  if (existsSync(join(dir, mark))) return false
  const pidFile = join(dir, 'pids/launcher.pid')
  if (existsSync(pidFile)) return livePid(pidFile) === undefined
  return Date.now() - statSync(dir).mtimeMs > 60_000
}
