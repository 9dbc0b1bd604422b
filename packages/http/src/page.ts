import { invalidField } from '@sahary/contracts/refusal'
import { z } from 'zod'

/** A whole number in a query string. */
export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/)
    .transform(Number)
    .pipe(z.int().min(least).max(most))

/** `?limit&cursor`; spread it into a query's strictObject. */
export const pageFields = {
  limit: wholeNumber(1, 100).default(25),
  cursor: z.string().max(500).optional(),
}

/** Where the next page begins, as text that a caller hands back unread. */
export const encodeCursor = (position: unknown): string =>
  Buffer.from(JSON.stringify(position), 'utf8').toString('base64url')

/** The position in a cursor, or undefined without one; a cursor we did not make is refused. */
export function decodeCursor<S extends z.ZodType>(cursor: string | undefined, schema: S): z.output<S> | undefined {
  if (cursor === undefined) return undefined
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch {
    throw invalidField('cursor', 'field_format')
  }
}

/**
 * Cuts a page out of `rows`, of which one more than `limit` was asked for, and says where the next one begins.
 */
export function cutPage<R>(
  rows: readonly R[],
  limit: number,
  positionOf: (row: R) => unknown,
): { rows: R[]; nextCursor: string | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(positionOf(last)) : null }
}
