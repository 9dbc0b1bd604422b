import { addressText, commonFields, numberText } from '@sahary/config/fragments'
import { Instant } from '@sahary/contracts/fields'
import { z } from 'zod'
import { type Part, type PartName, partNames } from './proxy/parts.ts'

const api = (name: string) => addressText('http', 'https').describe(`Where ${name} answers.`)
const ops = (name: string) =>
  addressText('http', 'https')
    .optional()
    .describe(`The private port of ${name}, for the status and the API's description.`)

/** What the process reads from its environment. */
export const configSchema = z.object({
  ...commonFields,
  REDIS_URL: addressText('redis', 'rediss').describe('Redis, for the limits that replicas share; may be away.'),
  IDENTITY_URL: api('identity'),
  COMPUTE_URL: api('compute'),
  METERING_URL: api('metering'),
  BILLING_URL: api('billing'),
  SOLAR_URL: api('solar'),
  REPAIRS_URL: api('repairs'),
  NOTIFICATION_URL: api('notification'),
  IDENTITY_OPS_URL: ops('identity'),
  COMPUTE_OPS_URL: ops('compute'),
  METERING_OPS_URL: ops('metering'),
  BILLING_OPS_URL: ops('billing'),
  SOLAR_OPS_URL: ops('solar'),
  REPAIRS_OPS_URL: ops('repairs'),
  NOTIFICATION_OPS_URL: ops('notification'),
  PORTAL_DIR: z.string().optional().describe('The folder of the built portal; without it no portal is served.'),
  TRUSTED_PROXIES: z
    .string()
    .default('loopback')
    .describe('Whose X-Forwarded-For is believed: addresses, networks or their names, with commas.'),
  LIMIT_FACTOR: numberText(1, 1000)
    .default(1)
    .describe('How many times the usual rate limits; more than 1 for load tests.'),
  CLOCK_START: Instant.optional().describe(
    'Where a simulated clock begins, at its very first start; else the present.',
  ),
  CLOCK_RATE: numberText(1, 2000).default(1).describe('How fast a simulated clock runs from its very first start.'),
})
export type Config = z.infer<typeof configSchema>

/** The services behind the gateway. */
export const partsOf = (config: Config): Part[] => partNames.map(name => partOf(config, name))

function partOf(config: Config, name: PartName): Part {
  const upper = name.toUpperCase() as Uppercase<PartName>
  const base = (url: string) => url.replace(/\/+$/, '')
  const opsUrl = config[`${upper}_OPS_URL`]
  return { name, url: base(config[`${upper}_URL`]), opsUrl: opsUrl === undefined ? null : base(opsUrl) }
}
