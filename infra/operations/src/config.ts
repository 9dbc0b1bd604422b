import { addressText, logFields } from '@sahary/config/fragments'
import { serviceNames } from '@sahary/contracts/services'
import { z } from 'zod'

const database = addressText('postgres', 'postgresql')
const reconciler = database.describe('PostgreSQL, with the role `reconciler` that compares outboxes and inboxes.')

/** The variable that holds the address of a service's own role. */
export const urlField = (service: string): string => `${service.toUpperCase()}_DATABASE_URL`

/** The settings of `migrate`. */
export const migrateSchema = z.object({
  ADMIN_DATABASE_URL: database.describe('PostgreSQL, with a role that may create roles and schemas.'),
  RECONCILER_DATABASE_URL: reconciler,
  MIGRATIONS_DIR: z
    .string()
    .optional()
    .describe('A folder with one of migrations for each service, and `spine`; the tree itself unless told.'),
  ...Object.fromEntries(
    serviceNames.map(service => [
      urlField(service),
      database.describe(`What ${service} has as DATABASE_URL; its role gets this password.`),
    ]),
  ),
})

/** The settings of `reconcile`. */
export const reconcileSchema = z.object({
  ...logFields,
  RECONCILER_DATABASE_URL: reconciler,
  METRICS_FILE: z.string().optional().describe('Where to write the differences in the text format of Prometheus.'),
})
