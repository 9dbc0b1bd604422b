import type { ErrorTexts } from './texts.ts'

/** Refusals of identity. */
export const identityErrors = {} as const satisfies ErrorTexts
