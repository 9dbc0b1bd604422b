import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

export type MigrateOptions = {
  /** A role that may act as the schema's owner. */
  url: string
  schema: string
  /** The service's login role; migrations find it in the setting `sahary.runtime_role`. */
  runtimeRole: string
  /** The service's own numbered files, such as `0001_init.sql`. */
  directory: string
  /** The spine's files; an image that is one bundle says where it put them. */
  spine?: string
}

type Migration = { set: 'spine' | 'service'; name: string; text: string; checksum: string }

/**
 * Brings a schema up to date, forward only: first the spine, then the service's files, each in a transaction
 * of its own. A file that was changed or removed after it was applied is an error. Gives the names applied now.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const { schema, runtimeRole, url } = options
  for (const name of [schema, runtimeRole]) {
    if (!/^[a-z][a-z_]{0,40}$/.test(name)) throw new Error(`"${name}" cannot be the name of a schema or a role`)
  }
  const spine = options.spine ?? join(import.meta.dirname, '../migrations')
  const wanted = [...read('spine', spine), ...read('service', options.directory)]
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: 'migrate' })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [`migrate/${schema}`])
    await client.query(`set role ${schema}_owner`)
    await client.query(`set search_path = ${schema}, extensions`)
    await client.query("set timezone = 'UTC'; set statement_timeout = 0; set lock_timeout = '10s'")
    await client.query(`set sahary.runtime_role = ${runtimeRole}`)
    return await apply(client, wanted)
  } finally {
    await client.end()
  }
}

async function apply(client: pg.Client, wanted: Migration[]): Promise<string[]> {
  await client.query(`create table if not exists migration (
    set text not null, name text not null, checksum text not null, applied_at timestamptz not null default now(),
    primary key (set, name))`)
  await client.query(`do $$ begin
    execute format('revoke insert, update, delete on migration from %I', current_setting('sahary.runtime_role')); end $$`)
  const { rows } = await client.query<Omit<Migration, 'text'>>('select set, name, checksum from migration')
  for (const row of rows) {
    const file = wanted.find(each => each.set === row.set && each.name === row.name)
    if (!file) throw new Error(`migration ${row.set}/${row.name} was applied and is gone from the tree`)
    if (file.checksum !== row.checksum)
      throw new Error(`migration ${row.set}/${row.name} was changed after it was applied`)
  }
  const missing = wanted.filter(each => !rows.some(row => row.set === each.set && row.name === each.name))
  for (const migration of missing) await applyOne(client, migration)
  return missing.map(({ set, name }) => `${set}/${name}`)
}

async function applyOne(client: pg.Client, { set, name, text, checksum }: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query(text)
    await client.query('insert into migration (set, name, checksum) values ($1, $2, $3)', [set, name, checksum])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw new Error(`migration ${set}/${name} failed: ${(error as Error).message}`, { cause: error })
  }
}

function read(set: Migration['set'], directory: string): Migration[] {
  const names = readdirSync(directory)
    .filter(name => name.endsWith('.sql'))
    .sort()
  return names.map(name => {
    if (!/^\d{4}_[a-z0-9_]+\.sql$/.test(name)) throw new Error(`${name} is not named like 0001_init.sql`)
    const text = readFileSync(join(directory, name), 'utf8')
    return { set, name, text, checksum: createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex') }
  })
}
