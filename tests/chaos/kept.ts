import { createHash } from 'node:crypto'
import { serviceNames } from '@sahary/contracts/services'
import pg from 'pg'

/** What events have made, where a second effect would be one row more or another content. */
const tables = [
  ...['action', 'site_power'].map(table => `compute.${table}`),
  ...['vm_change', 'usage', 'slot', 'vm_slot'].map(table => `metering.${table}`),
  ...['account', 'usage', 'invoice', 'ledger_entry', 'tally'].map(table => `billing.${table}`),
  ...['site_vm', 'level_change'].map(table => `solar.${table}`),
  ...['person', 'device', 'repair', 'repair_entry', 'diagnosis'].map(table => `repairs.${table}`),
  ...['notification', 'held', 'machine', 'person', 'account_member'].map(table => `notification.${table}`),
  ...['person', 'account', 'account_member', 'security_alert'].map(table => `identity.${table}`),
  ...serviceNames.flatMap(name => [`${name}.inbox`, `${name}.parked`, `${name}.audit`]),
]

/** The number of rows of each table and a fingerprint of what they say; an outbox is taken by what it said. */
export async function keptIn(postgresUrl: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: postgresUrl })
  await client.connect()
  try {
    const kept: Record<string, string> = {}
    const queries = [
      ...tables.map(table => [table, `select t::text as row from ${table} t order by 1`]),
      ...serviceNames.map(name => [`${name}.outbox`, `select event_id::text as row from ${name}.outbox order by 1`]),
    ]
    for (const [table, query] of queries as [string, string][]) {
      const { rows } = await client.query<{ row: string }>(query)
      const print = createHash('sha256').update(rows.map(({ row }) => row).join('\n'))
      kept[table] = `${rows.length} rows, ${print.digest('hex').slice(0, 12)}`
    }
    return kept
  } finally {
    await client.end()
  }
}
