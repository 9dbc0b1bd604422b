import type { Locale } from '@sahary/contracts/fields'
import { arabic } from './arabic.ts'
import { english } from './english.ts'
import type { Kind, Notice, Params } from './notice.ts'

/** A headline and the sentence under it. */
export type Text = readonly [title: string, body: string]
/** A catalogue says every kind of notice in one language; the compiler finds what is missing. */
export type Catalogue = { readonly [K in Kind]: (params: Params[K]) => Text }

/** A notice as it stands in a feed. */
type Told = { kind: string; params: object | null; title: string; body: string }

const catalogues: Record<Locale, Catalogue> = { ar: arabic, en: english }

/** A notice in the reader's language. */
export function textOf(notice: Pick<Notice, 'kind' | 'params'>, locale: Locale): Text {
  const say = catalogues[locale][notice.kind] as (params: unknown) => Text
  return say(notice.params)
}

/** A notice of the feed in the language that is asked for; as it was told, where what it needs to know was not kept. */
export const retold = ({ kind, params, title, body }: Told, locale: Locale): Text =>
  params === null ? [title, body] : textOf({ kind, params } as Notice, locale)
