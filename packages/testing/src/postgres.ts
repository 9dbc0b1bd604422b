import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { ServiceName } from '@sahary/contracts/services'
import { connect } from '@sahary/db/connect'
import { migrate } from '@sahary/db/migrate'
import { provision } from '@sahary/db/provision'
import type { SpineTables } from '@sahary/db/spine'
import type { Kysely } from 'kysely'
import pg from 'pg'
import { inject } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')

/** A database of this test file's own, seen as the service's runtime role sees it. */
export type TestDatabase<DB> = {
  db: Kysely<DB>
  pool: pg.Pool
  /** URL of the runtime role. */
  url: string
  /** URL of the superuser in the same database, for looking and for harm. */
  adminUrl: string
  close: () => Promise<void>
}

/** Clones the service's migrated template into a fresh database and connects as the service's runtime role. */
export async function testDatabase<DB = SpineTables>(service: ServiceName): Promise<TestDatabase<DB>> {
  const server = inject('postgresUrl')
  const name = `test_${service}_${randomBytes(6).toString('hex')}`
  const template = await templateOf(server, service)
  await asAdmin(server, async client => {
    await client.query(`create database ${name} template ${template}`)
    await client.query(`grant connect, temporary on database ${name} to ${service}`)
  })
  const adminUrl = inDatabase(server, name)
  const url = asRole(adminUrl, service)
  const { db, pool, close } = connect<DB>(url, { service, max: 10 })
  return {
    db,
    pool,
    url,
    adminUrl,
    close: async () => {
      await close()
      await asAdmin(server, client => client.query(`drop database if exists ${name} with (force)`))
    },
  }
}

/** Name of the migrated template; built once per run and set of migrations, whoever comes first. */
async function templateOf(server: string, service: ServiceName): Promise<string> {
  const directory = migrationsOf(service)
  const template = `template_${service}_${digestOf(directory, join(root, 'packages/db/migrations'), join(root, 'packages/db/src'))}`
  await asAdmin(server, async client => {
    // The lock belongs to this session and goes with it, also when the test process is killed.
    await client.query('select pg_advisory_lock(hashtext($1))', ['sahary test templates'])
    const { rowCount } = await client.query('select from pg_database where datname = $1', [template])
    if (rowCount) return
    const draft = `draft_${randomBytes(6).toString('hex')}`
    await client.query(`create database ${draft}`)
    const url = inDatabase(server, draft)
    await provision(url, [{ service, password: passwordOf(service) }])
    await migrate({ url, schema: service, runtimeRole: service, directory })
    await client.query(`alter database ${draft} rename to ${template}`)
  })
  return template
}

/** A service that has no tables of its own yet still has the spine. */
function migrationsOf(service: ServiceName): string {
  const directory = join(root, 'services', service, 'migrations')
  if (existsSync(directory)) return directory
  const empty = join(root, '.sahary/test/no-migrations')
  mkdirSync(empty, { recursive: true })
  return empty
}

function digestOf(...folders: string[]): string {
  const hash = createHash('sha256')
  for (const folder of folders) {
    for (const name of readdirSync(folder).sort()) {
      if (/\.(sql|ts)$/.test(name)) hash.update(name).update(readFileSync(join(folder, name)))
    }
  }
  return hash.digest('hex').slice(0, 12)
}

const passwordOf = (service: ServiceName): string => `test-${service}`

function asRole(url: string, service: ServiceName): string {
  const changed = new URL(url)
  changed.username = service
  changed.password = passwordOf(service)
  return changed.href
}

function inDatabase(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}

async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
