import { addressText, commonFields } from '@sahary/config/fragments'
import { z } from 'zod'
import { type Seed, seedOf } from './seed/seed.ts'

/** The settings of solar. */
export const configSchema = z.object({
  ...commonFields,
  MQTT_URL: addressText('mqtt', 'mqtts').describe(
    "The devices' broker, with the user and password of solar, who hears every device and makes their accounts.",
  ),
  DEVICE_SECRET_KEY: z
    .string()
    .min(32)
    .describe('What the passwords of devices are derived from; at least 32 characters.'),
  SITES: z.string().optional().describe('The sites of the first start, as JSON; those of seed/sites.json unless told.'),
})
export type Config = z.infer<typeof configSchema>

/** The sites that are there from the first start: the setting's, else those that come with us. */
export const sitesOf = ({ SITES }: Pick<Config, 'SITES'>, ours: unknown): Seed =>
  seedOf(SITES === undefined ? ours : JSON.parse(SITES))

/** Whose access tokens are believed. */
export const verifierOf = ({ JWKS_URL, TOKEN_ISSUER, TOKEN_AUDIENCE }: Config) => ({
  jwksUrl: JWKS_URL,
  issuer: TOKEN_ISSUER,
  audience: TOKEN_AUDIENCE,
})
