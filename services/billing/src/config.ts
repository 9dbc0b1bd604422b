import { addressText, commonFields, numberText } from '@sahary/config/fragments'
import { z } from 'zod'
import type { Grace } from './invoice/jobs.ts'

/** The settings of billing. */
export const configSchema = z.object({
  ...commonFields,
  PUBLIC_URL: addressText('http', 'https').describe('Where people reach the portal; payers come back to it.'),
  FILES_URL: addressText('file', 's3').describe(
    'Where documents are kept: file:///folder, or s3://key:secret@endpoint/bucket?region=… for S3.',
  ),
  PAYMENTS_URL: addressText('http', 'https').describe('The card network.'),
  PAYMENTS_API_KEY: z.string().min(16).describe('What we show to the card network.'),
  PAYMENTS_WEBHOOK_SECRET: z.string().startsWith('whsec_').describe('What the card network signs its webhooks with.'),
  SELLER_TAX_NUMBER: z.string().max(40).default('').describe('Our tax registration number, printed on invoices.'),
  INVOICE_DAYS_TO_PAY: numberText(0, 365)
    .default(14)
    .describe('Days after issue until the end of which an invoice may be paid.'),
  INVOICE_GRACE_S: numberText(0, 604_800)
    .default(10_800)
    .describe('How long a month stays open after its end for late usage, in seconds of the business clock.'),
  INVOICE_REAL_GRACE_S: numberText(0, 3600)
    .default(30)
    .describe('The least that this lasts on a real watch, for when the business clock runs fast or is put forward.'),
})
export type Config = z.infer<typeof configSchema>

/** How long a month stays open after its end. */
export const graceOf = ({ INVOICE_GRACE_S, INVOICE_REAL_GRACE_S }: Config): Grace => ({
  graceMs: INVOICE_GRACE_S * 1000,
  realMs: INVOICE_REAL_GRACE_S * 1000,
})

/** Whose access tokens are believed. */
export const verifierOf = ({ JWKS_URL, TOKEN_ISSUER, TOKEN_AUDIENCE }: Config) => ({
  jwksUrl: JWKS_URL,
  issuer: TOKEN_ISSUER,
  audience: TOKEN_AUDIENCE,
})
