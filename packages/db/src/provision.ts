import pg from 'pg'
import { again } from './again.ts'

/** A service's login role and its password. */
export type ServiceRole = { service: string; password: string }

/**
 * Makes, for each service, a schema, its owner `<service>_owner` (cannot log in; migrations act as it) and the
 * login role `<service>`, which may read and write its own schema's rows and nothing else. Safe to repeat.
 * `adminUrl` names the database and a role that may create roles and schemas.
 */
export async function provision(adminUrl: string, roles: readonly ServiceRole[]): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    await closeDatabase(client)
    for (const role of roles) await provisionOne(client, role)
  } finally {
    await client.end()
  }
}

async function closeDatabase(client: pg.Client): Promise<void> {
  await again(() => client.query('create schema if not exists extensions'))
  await again(() => client.query('create extension if not exists btree_gist schema extensions'))
  await again(() =>
    client.query(`
      grant usage on schema extensions to public;
      revoke all on schema public from public;
      do $$ begin execute format('revoke all on database %I from public', current_database()); end $$;`),
  )
}

async function provisionOne(client: pg.Client, { service, password }: ServiceRole): Promise<void> {
  if (!/^[a-z][a-z_]{0,40}$/.test(service)) throw new Error(`"${service}" cannot be the name of a schema`)
  const owner = `${service}_owner`
  for (const name of [owner, service]) {
    await again(async () => {
      const { rowCount } = await client.query('select from pg_roles where rolname = $1', [name])
      if (!rowCount) await client.query(`create role ${name} nologin`)
    })
  }
  await again(() => client.query(`alter role ${service} login password ${client.escapeLiteral(password)}`))
  await again(() => client.query(`alter role ${service} nosuperuser nocreatedb nocreaterole`))
  for (const [setting, value] of roleSettings(service)) {
    await again(() => client.query(`alter role ${service} set ${setting} = ${value}`))
  }
  await again(() =>
    client.query(`
      grant ${owner} to current_user;
      create schema if not exists ${service} authorization ${owner};
      grant usage on schema ${service} to ${service};
      alter default privileges for role ${owner} revoke execute on functions from public;
      alter default privileges for role ${owner} in schema ${service}
        grant select, insert, update, delete on tables to ${service};
      alter default privileges for role ${owner} in schema ${service} grant usage, select on sequences to ${service};
      alter default privileges for role ${owner} in schema ${service} grant execute on functions to ${service};
      do $$ begin execute format('grant connect, temporary on database %I to ${service}', current_database()); end $$;`),
  )
}

const roleSettings = (service: string): [string, string][] => [
  ['search_path', `${service}, extensions`],
  ['timezone', "'UTC'"],
  ['statement_timeout', "'5s'"],
  ['lock_timeout', "'2s'"],
  ['idle_in_transaction_session_timeout', "'10s'"],
]
