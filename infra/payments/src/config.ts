import { addressText, logFields, numberText } from '@sahary/config/fragments'
import { z } from 'zod'

/** The settings of the card network that stands in for a real one. */
export const configSchema = z.object({
  HOST: z.string().default('127.0.0.1').describe('The address to listen on.'),
  PORT: numberText(0, 65_535).describe('The port of the API and the checkout page; 0 lets the system choose.'),
  PAYMENTS_PUBLIC_URL: addressText('http', 'https').describe('How a payer reaches this process.'),
  PAYMENTS_BOOK: z.string().describe('The file in which intents and undelivered notices are kept.'),
  PAYMENTS_API_KEY: z.string().min(16).describe('What a merchant shows to be let in.'),
  PAYMENTS_WEBHOOK_URL: addressText('http', 'https').describe('Where the merchant wants to be told.'),
  PAYMENTS_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,}=*$/)
    .describe('What notices are signed with: whsec_ and 24 to 64 bytes in base64.'),
  ...logFields,
  SLOW_MS: numberText(0, 600_000).default(3_000).describe('How long the slow test card takes.'),
})
