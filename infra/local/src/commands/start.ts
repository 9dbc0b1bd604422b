import { bundleAll } from '../platform/bundle.ts'
import { bundlePortal } from '../platform/portal.ts'
import { bundleOf, programs } from '../platform/processes.ts'
import { small } from '../platform/program.ts'
import { startOf } from '../platform/start.ts'

/**
 * `start [--reset] [--demo] [--without-vms]`: the whole platform, until Ctrl-C. Makes what has changed, then gives this
 * process to the launcher's own bundle: it stays as long as the platform does, and the compilers need not.
 */
export async function run(args: string[]): Promise<number> {
  const { demo } = startOf(args, process.env)
  const tell = (line: string) => console.error(line)
  await Promise.all([bundleAll([...programs({ demo }), 'local'], tell), bundlePortal(tell)])
  // Docker's client is a package, whose old habits Node keeps to itself, until it is bundled.
  const flags = [...small, '--disable-warning=DEP0169']
  return process.execve!(process.execPath, [process.execPath, ...flags, bundleOf('local'), ...args], process.env)
}
