import type { ErrorTexts } from './texts.ts'

/** Refusals of metering. */
export const meteringErrors = {} as const satisfies ErrorTexts
