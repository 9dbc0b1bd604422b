import type { ErrorTexts } from './texts.ts'

/** Refusals of repairs. */
export const repairsErrors = {} as const satisfies ErrorTexts
