/** What in a parsed value we refuse to carry: the path of the first bad text, or of a nesting or key we do not accept. */
export type Unreadable = { why: 'text' | 'structure'; field: string }

const deepest = 32

/**
 * Looks through strings and keys for U+0000 and lone surrogates (PostgreSQL cannot store them), for `__proto__`,
 * and for nesting beyond 32 levels. Null when all is well.
 */
export function unreadable(value: unknown, field = '', depth = 0): Unreadable | null {
  if (typeof value === 'string') return isBad(value) ? { why: 'text', field } : null
  if (typeof value !== 'object' || value === null) return null
  if (depth >= deepest) return { why: 'structure', field }
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__') return { why: 'structure', field }
    if (isBad(key)) return { why: 'text', field }
    const found = unreadable(inner, field === '' ? key : `${field}.${key}`, depth + 1)
    if (found) return found
  }
  return null
}

const isBad = (text: string): boolean => text.includes('\u0000') || !text.isWellFormed()
