import { billingErrors } from './errors/billing.ts'
import { computeErrors } from './errors/compute.ts'
import { gatewayErrors } from './errors/gateway.ts'
import { commonErrors } from './errors/http.ts'
import { identityErrors } from './errors/identity.ts'
import { meteringErrors } from './errors/metering.ts'
import { notificationErrors } from './errors/notification.ts'
import { repairsErrors } from './errors/repairs.ts'
import { solarErrors } from './errors/solar.ts'

/** Every refusal people can meet, by code: its kind and its sentence in both languages. `{name}` is filled in. */
export const errorCatalogue = {
  ...commonErrors,
  ...gatewayErrors,
  ...identityErrors,
  ...computeErrors,
  ...meteringErrors,
  ...billingErrors,
  ...solarErrors,
  ...notificationErrors,
  ...repairsErrors,
}

export type ErrorCode = keyof typeof errorCatalogue
