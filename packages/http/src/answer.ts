import { z } from 'zod'

/** The schema of a successful answer: `{ data }`. */
export const dataOf = <S extends z.ZodType>(schema: S) => z.object({ data: schema })

/** The schema of one page of a list: `{ data: […], meta: { nextCursor } }`; the last page's cursor is null. */
export const pageOf = <S extends z.ZodType>(schema: S) =>
  z.object({ data: z.array(schema), meta: z.object({ nextCursor: z.string().nullable() }) })
