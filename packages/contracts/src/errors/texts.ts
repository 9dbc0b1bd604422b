import type { RefusalKind } from '../refusal.ts'

/** Code → kind and sentence in English and Arabic; `{name}` stands for a parameter. */
export type ErrorTexts = Record<string, { kind: RefusalKind; en: string; ar: string }>
