import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { serviceNames } from '@sahary/contracts/services'
import { root } from '../root.ts'

/** A program of the platform that the launcher runs beside the servers. */
export type ProcessName = (typeof serviceNames)[number] | 'payments' | 'simulator'

/** What is bundled: the programs, the jobs of a deployment, and the launcher as it stands beside the programs. */
export type Bundled = ProcessName | 'operations' | 'local'

/** Where each program lives. The payment sandbox stands for the outside world, the simulator for the sun. */
export const folderOf = (name: Bundled): string =>
  join(root, (serviceNames as readonly string[]).includes(name) ? 'services' : 'infra', name)

/** The file a bundle begins with. */
export const entryOf = (name: Bundled): string => (name === 'local' ? 'src/stand.ts' : 'src/main.ts')

/** Where a program's bundle is. */
export const bundleOf = (name: Bundled): string =>
  join(folderOf(name), 'dist', basename(entryOf(name)).replace('.ts', '.js'))

/** Where it is written, beside the bundle, which settings a program asks for. */
export const askedFileOf = (name: Bundled): string => join(folderOf(name), 'dist', 'settings.json')

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
