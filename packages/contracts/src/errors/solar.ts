import type { ErrorTexts } from './texts.ts'

/** Refusals of solar. */
export const solarErrors = {} as const satisfies ErrorTexts
