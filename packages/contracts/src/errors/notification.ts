import type { ErrorTexts } from './texts.ts'

/** Refusals of notification. */
export const notificationErrors = {} as const satisfies ErrorTexts
