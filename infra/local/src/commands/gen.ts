import { generateDescriptions } from './descriptions.ts'
import { comparing, writing } from './generated.ts'
import { generateLists } from './lists.ts'
import { generatePortalClient } from './portal-client.ts'
import { generateTables } from './tables.ts'

/** `gen [service…]`: writes what is generated; with names, the table types of these services only. */
export async function run(args: string[]): Promise<number> {
  const changed = await generateTables(writing, args)
  if (args.length === 0) {
    changed.push(...(await generateLists(writing)))
    changed.push(...(await generateDescriptions(writing)))
    changed.push(...(await generatePortalClient(writing)))
  }
  for (const file of changed) console.log(`wrote ${file}`)
  if (changed.length === 0) console.log('everything generated is up to date')
  return 0
}

/** What is checked in and is not what would be generated now; the descriptions are compared by the system tests. */
export async function stale(): Promise<string[]> {
  return [
    ...(await generateTables(comparing)),
    ...(await generateLists(comparing)),
    ...(await generatePortalClient(comparing)),
  ]
}
