import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../root.ts'

/** What a person asks of `start`. */
export type Start = { dir: string; reset: boolean; demo: boolean; withoutVms: boolean }

/** Reads `[--reset] [--demo] [--without-vms]`; another word is refused. */
export function startOf(args: string[], env: NodeJS.ProcessEnv): Start {
  const flag = { type: 'boolean', default: false } as const
  const { values } = parseArgs({ args, options: { reset: flag, demo: flag, 'without-vms': flag } })
  const { reset, demo, 'without-vms': withoutVms } = values
  return { dir: env.SAHARY_DIR ?? join(root, '.sahary'), reset, demo, withoutVms }
}
