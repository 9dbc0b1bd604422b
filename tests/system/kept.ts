import { serviceNames } from '@sahary/contracts/services'
import pg from 'pg'

/** Everything that a person's request can leave behind, by table. */
const tables = [
  ...['vm', 'vm_ssh_key', 'ssh_key', 'action', 'network'].map(table => `compute.${table}`),
  ...['device', 'repair', 'repair_entry'].map(table => `repairs.${table}`),
  ...['person', 'account', 'account_member', 'session'].map(table => `identity.${table}`),
  ...['site', 'inverter', 'level_change'].map(table => `solar.${table}`),
  ...['payment', 'webhook', 'ledger_entry'].map(table => `billing.${table}`),
  ...serviceNames.flatMap(service => [`${service}.idempotent_answer`, `${service}.audit`]),
]
/** What the sun and the clock say by themselves, while nobody asks for anything. */
const byItself = `type = 'vm.metered' or split_part(type, '.', 1) in ('energy', 'power', 'usage', 'inverter', 'site')`

/** Counts what is kept, so that a refused request can be seen to have left nothing. */
export function openKept(url: string): { count: () => Promise<Record<string, number>>; close: () => Promise<void> } {
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  const rows = tables.map(table => `select '${table}' as place, count(*)::int as count from ${table}`)
  const said = serviceNames.map(
    service => `select '${service}.outbox', count(*)::int from ${service}.outbox where not (${byItself})`,
  )
  const query = [...rows, ...said].join(' union all ')
  return {
    count: async () => {
      const counted = await pool.query<{ place: string; count: number }>(query)
      return Object.fromEntries(counted.rows.map(({ place, count }) => [place, count]))
    },
    close: () => pool.end(),
  }
}
