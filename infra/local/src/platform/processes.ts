import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { serviceNames } from '@sahary/contracts/services'
import { root } from '../root.ts'

/** A program of the platform that the launcher runs beside the servers. */
export type ProcessName = (typeof serviceNames)[number] | 'payments' | 'simulator'

/** What is bundled: the programs, and the jobs of a deployment. */
export type Bundled = ProcessName | 'operations'

/** Where each program lives. The payment sandbox stands for the outside world, the simulator for the sun. */
export const folderOf = (name: Bundled): string =>
  join(root, (serviceNames as readonly string[]).includes(name) ? 'services' : 'infra', name)

/** Stopped from the first to the last, started in the opposite order of dependence all at once. */
export const stopOrder: readonly ProcessName[] = [
  'simulator',
  'gateway',
  'payments',
  ...serviceNames.filter(name => name !== 'gateway'),
]

/** The programs to run: the simulator only for a demonstration. */
export function programs({ demo }: { demo: boolean }): ProcessName[] {
  const all: ProcessName[] = [...serviceNames, 'payments', ...(demo ? (['simulator'] as const) : [])]
  return all.filter(name => existsSync(join(folderOf(name), 'src/main.ts')))
}
