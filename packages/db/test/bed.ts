import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import { type Connected, connect } from '../src/connect.ts'
import { migrate } from '../src/migrate.ts'
import { provision } from '../src/provision.ts'
import type { SpineTables } from '../src/spine.ts'

export type Database = SpineTables & { counter: { name: string; value: bigint | number | string } }

export const migrations = join(import.meta.dirname, 'migrations')
export const password = (service: string): string => `test-${service}`

/** An empty database, gone at `close`. */
export async function emptyDatabase(): Promise<{ adminUrl: string; close: () => Promise<void> }> {
  const server = inject('postgresUrl')
  const name = `db_${randomBytes(6).toString('hex')}`
  await asAdmin(server, `create database ${name}`)
  const adminUrl = new URL(server)
  adminUrl.pathname = `/${name}`
  return { adminUrl: adminUrl.href, close: () => asAdmin(server, `drop database if exists ${name} with (force)`) }
}

export const migrateOne = (adminUrl: string, service: string): Promise<string[]> =>
  migrate({ url: adminUrl, schema: service, runtimeRole: service, directory: migrations })

export function urlOf(adminUrl: string, service: string): string {
  const url = new URL(adminUrl)
  url.username = service
  url.password = password(service)
  return url.href
}

/** A database with the schema of `metering` migrated and opened as its runtime role. */
export async function bed(): Promise<Connected<Database> & { adminUrl: string; url: string }> {
  const { adminUrl, close } = await emptyDatabase()
  await provision(adminUrl, [{ service: 'metering', password: password('metering') }])
  await migrateOne(adminUrl, 'metering')
  const url = urlOf(adminUrl, 'metering')
  const connected = connect<Database>(url, { service: 'metering' })
  return {
    ...connected,
    adminUrl,
    url,
    close: async () => {
      await connected.close()
      await close()
    },
  }
}

export async function asAdmin(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
