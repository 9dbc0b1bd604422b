import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks per second of /proc on Linux. */
const ticks = 100

/**
 * Processor seconds that this process and all below it have used so far. On a machine that others use too,
 * this says what an event costs when the wall clock cannot.
 */
export function cpuSeconds(root: number): number {
  const table = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => statOf(name))
  const wanted = new Set([root])
  // A child may be listed before its parent.
  for (let size = 0; size !== wanted.size; ) {
    size = wanted.size
    for (const { pid, parent } of table) if (wanted.has(parent)) wanted.add(pid)
  }
  return table.filter(({ pid }) => wanted.has(pid)).reduce((sum, { used }) => sum + used, 0) / ticks
}

function statOf(name: string): { pid: number; parent: number; used: number }[] {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
    // The command's name may hold spaces and brackets; what follows the last bracket does not.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const used = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    return [{ pid: Number(name), parent: Number(fields[1]), used }]
  } catch {
    return []
  }
}
