import type { ErrorTexts } from './texts.ts'

/** Refusals of gateway. */
export const gatewayErrors = {
  clock_only_forward: {
    kind: 'invalid',
    en: 'The business clock only goes forward; it is now {now}.',
    ar: 'ساعة العمل لا ترجع إلى الوراء؛ الوقت الآن {now}.',
  },
} as const satisfies ErrorTexts
