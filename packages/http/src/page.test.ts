import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { faultsOf } from './faults.ts'
import { canonical } from './idempotency.ts'
import { localeOf } from './locale.ts'
import { cutPage, decodeCursor, encodeCursor, pageFields } from './page.ts'
import { unreadable } from './text.ts'

const Position = z.strictObject({ id: z.int() })

describe('a cursor', () => {
  it('leads back to the position it was made of', () => {
    fc.assert(
      fc.property(fc.integer(), id => {
        expect(decodeCursor(encodeCursor({ id }), Position)).toEqual({ id })
      }),
    )
    expect(decodeCursor(undefined, Position)).toBeUndefined()
  })

  it('that we did not make is refused', () => {
    for (const cursor of ['x', encodeCursor({ id: 'a' }), encodeCursor([1]), Buffer.from('{').toString('base64url')])
      expect(() => decodeCursor(cursor, Position)).toThrow(expect.objectContaining({ code: 'validation_failed' }))
  })
})

describe('a page', () => {
  it('says where the next one begins, and the last says that there is none', () => {
    const rows = [{ id: 1 }, { id: 2 }, { id: 3 }]
    const first = cutPage(rows, 2, row => ({ id: row.id }))
    expect(first.rows).toEqual([{ id: 1 }, { id: 2 }])
    expect(decodeCursor(first.nextCursor ?? undefined, Position)).toEqual({ id: 2 })
    expect(cutPage(rows, 3, row => row.id).nextCursor).toBeNull()
    expect(cutPage([], 3, row => row).nextCursor).toBeNull()
  })

  it('takes its limit from text, within bounds', () => {
    const query = z.strictObject(pageFields)
    expect(query.parse({ limit: '7' })).toEqual({ limit: 7 })
    expect(query.parse({})).toEqual({ limit: 25 })
    for (const limit of ['0', '101', '1e1', '-1', ' 5', '5.0', ''])
      expect(query.safeParse({ limit }).success, limit).toBe(false)
  })
})

describe('the language of an answer', () => {
  it.each([
    [undefined, undefined, 'en'],
    [undefined, 'ar', 'ar'],
    ['ar', 'en', 'ar'],
    ['fr-FR, en;q=0.2, ar-EG;q=0.7', undefined, 'ar'],
    ['fr', 'ar', 'ar'],
    ['ar;q=0', undefined, 'en'],
    ['*', 'ar', 'ar'],
    [';;;,,,', undefined, 'en'],
  ] as const)('for %s of somebody who reads %s is %s', (header, own, locale) => {
    expect(localeOf(header, own)).toBe(locale)
  })
})

describe('a body', () => {
  it('is the same whatever the order of its fields', () => {
    expect(canonical({ b: [1, { d: 1, c: 2 }], a: null })).toBe(canonical({ a: null, b: [1, { c: 2, d: 1 }] }))
    expect(canonical([1, 2])).not.toBe(canonical([2, 1]))
  })

  it('is searched for what cannot be stored, at any depth, in values and in names', () => {
    expect(unreadable({ a: [{ b: 'x\u0000' }] })).toEqual({ why: 'text', field: 'a.0.b' })
    expect(unreadable({ 'a\ud800': 1 })).toEqual({ why: 'text', field: '' })
    expect(unreadable({ a: 'الشمس ☀️', b: null, c: 1 })).toBeNull()
    const storable = fc.jsonValue().filter(value => !JSON.stringify(value).includes('__proto__'))
    fc.assert(fc.property(storable, value => unreadable(JSON.parse(JSON.stringify(value)))?.why !== 'structure'))
  })
})

describe('the faults of a choice between shapes', () => {
  const Method = z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('card'), number: z.string() }),
    z.strictObject({ kind: z.literal('wallet'), mobile: z.string() }),
  ])
  const Either = z.strictObject({ value: z.union([z.int(), z.strictObject({ from: z.int(), to: z.int() })]) })
  const faults = (schema: z.ZodType, value: unknown) => faultsOf(schema.safeParse(value).error?.issues ?? [], value)

  it('are those of the nearest one', () => {
    expect(faults(Method, { kind: 'wallet' })).toEqual([{ field: 'mobile', code: 'field_required' }])
    expect(faults(Method, { kind: 'coins' })).toMatchObject([{ field: 'kind' }])
    expect(faults(Either, { value: { from: 1 } })).toEqual([{ field: 'value.to', code: 'field_required' }])
    expect(faults(Either, { value: 'x' })).toEqual([{ field: 'value', code: 'field_format' }])
    expect(faults(Either, {})).toEqual([{ field: 'value', code: 'field_required' }])
  })

  it('may be named by the refinement that found them', () => {
    const even = z.strictObject({
      n: z.int().refine(n => n % 2 === 0, { params: { code: 'field_too_big', maximum: 2 } }),
    })
    expect(faults(even, { n: 3 })).toEqual([{ field: 'n', code: 'field_too_big', params: { maximum: 2 } }])
    expect(
      faults(
        z.string().refine(() => false),
        'x',
      ),
    ).toEqual([{ field: '', code: 'field_format' }])
  })
})
