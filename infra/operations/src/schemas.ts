import { migrate } from '@sahary/db/migrate'
import { provision } from '@sahary/db/provision'
import { provisionReconciler, reconcilerRole } from '@sahary/db/reconciler'

export type Schemas = {
  /** The database, by a role that may create roles and schemas. */
  adminUrl: string
  /** The services and the passwords of their roles. */
  passwords: Readonly<Record<string, string>>
  reconcilerPassword: string
  /** Where the migrations of a service lie. */
  directoryOf: (service: string) => string
  /** The spine's files; beside the package's source unless told. */
  spine?: string
}

/**
 * Roles and schemas, then each service's migrations, then the role that compares them. Safe to repeat and to run twice
 * at once; a killed run is finished by the next. Gives the migrations that were applied now, by service.
 */
export async function makeSchemas(schemas: Schemas): Promise<Record<string, string[]>> {
  const { adminUrl, passwords, reconcilerPassword, directoryOf, spine } = schemas
  const services = Object.keys(passwords)
  await provision(
    adminUrl,
    services.map(service => ({ service, password: passwords[service]! })),
  )
  const bring = async (service: string): Promise<[string, string[]]> => [
    service,
    await migrate({
      url: adminUrl,
      schema: service,
      runtimeRole: service,
      directory: directoryOf(service),
      ...(spine ? { spine } : {}),
    }),
  ]
  const applied = await Promise.all(services.map(bring))
  await provisionReconciler(adminUrl, { password: reconcilerPassword, schemas: services })
  return Object.fromEntries(applied)
}

/** The address of the same database for the role that compares. */
export function reconcilerUrl(adminUrl: string, password: string): string {
  const url = new URL(adminUrl)
  url.username = reconcilerRole
  url.password = password
  return url.href
}
