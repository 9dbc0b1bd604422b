import type { ErrorTexts } from './texts.ts'

/** Refusals of billing. */
export const billingErrors = {} as const satisfies ErrorTexts
