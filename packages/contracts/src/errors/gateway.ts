import type { ErrorTexts } from './texts.ts'

/** Refusals of gateway. */
export const gatewayErrors = {} as const satisfies ErrorTexts
