import { addressText, booleanText, commonFields, numberText } from '@sahary/config/fragments'
import { z } from 'zod'

const { JWKS_URL: _own, ...fields } = commonFields
const secret = z.string().min(32, 'must have at least 32 characters')

/** What the process reads from its environment. Identity verifies by its own keys and needs no JWKS_URL. */
export const configSchema = z.object({
  ...fields,
  REDIS_URL: addressText('redis', 'rediss').describe('Redis, for the slow-down of sign-ins; may be away.'),
  PASSWORD_PEPPER: secret.describe(
    'Keys the hashes of passwords. Without it no password can be checked: never lose it.',
  ),
  REFRESH_SECRET: secret.describe('Derives refresh tokens from their predecessors.'),
  KEY_SECRET: secret.describe('Seals the private signing keys in the database.'),
  PASSWORD_COST: numberText(4, 15).default(12).describe('The work factor of bcrypt; less than 12 for tests only.'),
  SIGN_INS_PER_NETWORK: numberText(1, 100_000)
    .default(100)
    .describe('Tries to sign in or register per hour from one network (/24 or /64).'),
  COOKIE_SECURE: booleanText.default(true).describe('Whether the portal is served by TLS, as its cookie then demands.'),
  TRUSTED_PROXIES: z
    .string()
    .default('loopback')
    .describe('Whose X-Forwarded-For is believed: addresses, networks or their names, with commas.'),
  FIRST_ADMIN_IDENTIFIER: z
    .string()
    .optional()
    .describe('E-mail or mobile number of the first admin, made when missing.'),
  FIRST_ADMIN_PASSWORD: z.string().optional().describe('The password of the first admin, when they are made.'),
})
export type Config = z.infer<typeof configSchema>
