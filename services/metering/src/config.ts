import { commonFields, numberText } from '@sahary/config/fragments'
import { z } from 'zod'
import type { Waits } from './app.ts'

/** The settings of metering. */
export const configSchema = z.object({
  ...commonFields,
  SLOT_GRACE_S: numberText(0, 86_400)
    .default(600)
    .describe('How long a slot waits for the metering of VMs that ran in it, in seconds of the business clock.'),
  USAGE_GRACE_S: numberText(0, 86_400)
    .default(1200)
    .describe('How long an hour waits for its energy before it is recorded without, in seconds of the business clock.'),
  REAL_PATIENCE_S: numberText(0, 3600)
    .default(10)
    .describe('The least that either wait lasts on a real watch, for when the business clock runs fast.'),
})
export type Config = z.infer<typeof configSchema>

/** The waits that the settings ask for. */
export function waitsOf({ SLOT_GRACE_S, USAGE_GRACE_S, REAL_PATIENCE_S }: Config): Waits {
  const realMs = REAL_PATIENCE_S * 1000
  return { slot: { graceMs: SLOT_GRACE_S * 1000, realMs }, usage: { graceMs: USAGE_GRACE_S * 1000, realMs } }
}

/** Whose access tokens are believed. */
export const verifierOf = ({ JWKS_URL, TOKEN_ISSUER, TOKEN_AUDIENCE }: Config) => ({
  jwksUrl: JWKS_URL,
  issuer: TOKEN_ISSUER,
  audience: TOKEN_AUDIENCE,
})
