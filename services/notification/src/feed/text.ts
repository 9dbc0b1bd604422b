import type { Locale } from '@sahary/contracts/fields'
import { arabic } from './arabic.ts'
import { english } from './english.ts'
import type { Kind, Notice, Params } from './notice.ts'

/** A headline and the sentence under it. */
export type Text = readonly [title: string, body: string]
/** A catalogue says every kind of notice in one language; the compiler finds what is missing. */
export type Catalogue = { readonly [K in Kind]: (params: Params[K]) => Text }

const catalogues: Record<Locale, Catalogue> = { ar: arabic, en: english }

/** A notice in the reader's language. */
export function textOf(notice: Pick<Notice, 'kind' | 'params'>, locale: Locale): Text {
  const say = catalogues[locale][notice.kind] as (params: unknown) => Text
  return say(notice.params)
}
