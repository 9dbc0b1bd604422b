import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Takes off every mount at or below a folder: a stopped engine leaves its own mounted upon itself. */
export async function unmountBelow(dir: string): Promise<void> {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map(line => line.split(' ')[1] ?? '')
    .filter(path => path === dir || path.startsWith(`${dir}/`))
  for (const path of mounts.reverse()) await run('umount', ['-l', path]).catch(() => {})
}
