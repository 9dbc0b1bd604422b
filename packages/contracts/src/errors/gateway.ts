import type { ErrorTexts } from './texts.ts'

/** Refusals of gateway. */
export const gatewayErrors = {
  clock_only_forward: {
    kind: 'invalid',
    en: 'The business clock only goes forward; it is now {now}.',
    ar: 'ساعة العمل لا ترجع إلى الوراء؛ الوقت الآن {now}.',
  },
  clock_too_far: {
    kind: 'invalid',
    en: 'The business clock is put forward by at most {days} days at a time.',
    ar: 'لا تُقدَّم ساعة العمل أكثر من {days} يومًا في المرة الواحدة.',
  },
} as const satisfies ErrorTexts
