import { join } from 'node:path'
import { serviceNames } from '@sahary/contracts/services'
import type { Logger } from '@sahary/observability/log'
import type { z } from 'zod'
import { type migrateSchema, urlField } from './config.ts'
import { makeSchemas } from './schemas.ts'

type Settings = z.infer<typeof migrateSchema> & Record<string, string | undefined>

/** `migrate`: roles, schemas and migrations of every service, with the passwords that the services' own settings hold. */
export async function migrateCommand(settings: Settings, logger: Logger): Promise<number> {
  const { ADMIN_DATABASE_URL, RECONCILER_DATABASE_URL, MIGRATIONS_DIR } = settings
  const passwords = serviceNames.map(service => [service, passwordOf(settings, urlField(service), service)])
  const applied = await makeSchemas({
    adminUrl: ADMIN_DATABASE_URL,
    reconcilerPassword: passwordOf({ RECONCILER_DATABASE_URL }, 'RECONCILER_DATABASE_URL', 'reconciler'),
    passwords: Object.fromEntries(passwords),
    directoryOf: service => (MIGRATIONS_DIR ? join(MIGRATIONS_DIR, service) : inTree(service)),
    ...(MIGRATIONS_DIR ? { spine: join(MIGRATIONS_DIR, 'spine') } : {}),
  })
  for (const [service, names] of Object.entries(applied)) logger.info({ schema: service, applied: names }, 'schema')
  return 0
}

const inTree = (service: string): string => join(import.meta.dirname, '../../../services', service, 'migrations')

/** The password in a service's own address, whose user must be the service's role. */
function passwordOf(settings: Record<string, string | undefined>, field: string, role: string): string {
  const { username, password } = new URL(settings[field] ?? '')
  if (decodeURIComponent(username) !== role) throw new Error(`${field} must sign in as ${role}`)
  if (password === '') throw new Error(`${field} has no password`)
  return decodeURIComponent(password)
}
