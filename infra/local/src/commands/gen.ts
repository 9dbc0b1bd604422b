import { generateTables } from './tables.ts'

/** `gen [service…]`: writes what is generated; with names, the table types of these services only. */
export async function run(args: string[]): Promise<number> {
  const changed = await generateTables(args)
  for (const file of changed) console.log(`wrote ${file}`)
  if (changed.length === 0) console.log('everything generated is up to date')
  return 0
}
