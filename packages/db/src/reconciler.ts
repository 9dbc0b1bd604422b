import pg from 'pg'
import { again } from './again.ts'

/** The login role that compares what was said with what was heard. */
export const reconcilerRole = 'reconciler'

/** Of the spine, what tells which event was said and heard when; never what it says. */
const readable = {
  outbox: 'id, day, event_id, type, created_at, published_at',
  inbox: 'day, event_id, type, received_at',
  parked: 'event_id',
}

/**
 * Makes the login role `reconciler`, which may read these columns of `schemas` and nothing else, and write nothing.
 * After the migrations; safe to repeat. `adminUrl` names the database and a role that may act as the schemas' owners.
 */
export async function provisionReconciler(
  adminUrl: string,
  { password, schemas }: { password: string; schemas: readonly string[] },
): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    await again(() =>
      client.query(`
      do $$ begin create role ${reconcilerRole} nologin; exception when duplicate_object then null; end $$;
      alter role ${reconcilerRole} login password ${client.escapeLiteral(password)} connection limit 5
        nosuperuser nocreatedb nocreaterole;
      alter role ${reconcilerRole} set default_transaction_read_only = on;
      alter role ${reconcilerRole} set timezone = 'UTC';
      alter role ${reconcilerRole} set statement_timeout = '60s';
      alter role ${reconcilerRole} set lock_timeout = '2s';
      alter role ${reconcilerRole} set idle_in_transaction_session_timeout = '10s';
      do $$ begin execute format('grant connect on database %I to ${reconcilerRole}', current_database()); end $$;`),
    )
    for (const schema of schemas) await again(() => client.query(grantsIn(schema)))
  } finally {
    await client.end()
  }
}

function grantsIn(schema: string): string {
  if (!/^[a-z][a-z_]{0,40}$/.test(schema)) throw new Error(`"${schema}" cannot be the name of a schema`)
  const columns = Object.entries(readable).map(
    ([table, names]) => `grant select (${names}) on ${schema}.${table} to ${reconcilerRole};`,
  )
  return `set role ${schema}_owner; grant usage on schema ${schema} to ${reconcilerRole}; ${columns.join(' ')} reset role;`
}
