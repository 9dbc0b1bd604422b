import { addressText, logFields, numberText } from '@sahary/config/fragments'
import { z } from 'zod'

/** Settings of the sandbox. */
export const configSchema = z.object({
  HOST: z.string().default('127.0.0.1').describe('The address to listen on.'),
  PORT: numberText(0, 65_535).describe('The port of the sandbox.'),
  PAYMENTS_PUBLIC_URL: addressText('http', 'https').describe('Where browsers reach the sandbox.'),
  PAYMENTS_API_KEY: z.string().min(16).describe('The key with which billing calls the sandbox.'),
  PAYMENTS_WEBHOOK_URL: addressText('http', 'https').describe('Where the sandbox posts what happened.'),
  PAYMENTS_WEBHOOK_SECRET: z
    .string()
    .startsWith('whsec_')
    .describe('The Standard Webhooks secret shared with billing.'),
  PAYMENTS_BOOK: z.string().describe('The file in which the sandbox remembers its intents.'),
  ...logFields,
})
