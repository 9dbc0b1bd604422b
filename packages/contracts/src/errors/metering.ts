import type { ErrorTexts } from './texts.ts'

/** Refusals of metering. */
export const meteringErrors = {
  usage_span_reversed: {
    kind: 'invalid',
    en: 'The span begins after it ends.',
    ar: 'بداية الفترة بعد نهايتها.',
  },
} as const satisfies ErrorTexts
