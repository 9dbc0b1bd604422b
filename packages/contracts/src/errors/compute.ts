import type { ErrorTexts } from './texts.ts'

/** Refusals of compute. */
export const computeErrors = {} as const satisfies ErrorTexts
