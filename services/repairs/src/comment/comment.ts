import sanitizeHtml from 'sanitize-html'
import { z } from 'zod'

/** Who a comment is for. Customers write public ones only. */
export const visibilities = ['public', 'internal'] as const
export type Visibility = (typeof visibilities)[number]

/** What somebody writes: stored as it came. */
export const CommentText = z
  .string()
  .min(1)
  .max(5000)
  .refine(text => /[^\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/.test(text), { params: { code: 'text_blank' } })

/**
 * A comment as HTML that is safe anywhere: no tag, no attribute and no script survives, and every character that
 * HTML knows is escaped. The literal text stands beside it, to be rendered as text.
 */
export const sanitised = (text: string): string =>
  sanitizeHtml(text, { allowedTags: [], allowedAttributes: {}, disallowedTagsMode: 'discard' })
