import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { type LaunchOptions, launch } from '@sahary/local/platform/launch'
import type { Platform } from '@sahary/local/platform/platform'
import { reset } from '@sahary/local/platform/reset'

/**
 * The whole platform in a folder of its own, on a simulated clock; or, with SAHARY_KEEP, one that is left to look at.
 * The folder is not under a private one, because PostgreSQL runs as somebody else.
 */
export async function startPlatform(
  options: Partial<LaunchOptions> = {},
): Promise<{ platform: Platform; dir: string; stop: () => Promise<void> }> {
  const dir = mkdtempSync(join('/var/tmp', 'sahary-system-'))
  // A test looks far more often than a person: the usual limits would refuse its looking.
  const env = { LIMIT_FACTOR: '100' }
  const platform = await launch({ dir, clock: 'simulated', env, ...options })
  return {
    platform,
    dir,
    stop: async () => {
      await platform.stop()
      if (!process.env.SAHARY_KEEP) await reset(dir)
    },
  }
}
