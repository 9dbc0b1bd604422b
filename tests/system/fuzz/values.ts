import fc from 'fast-check'
import type { Schema } from './description.ts'

/** Values that mean something to the platform, by the name of the field that takes them. */
export type Known = Record<string, fc.Arbitrary<unknown>>
/** Stands for a number that JSON can write and no program can hold. */
export const endless = '«endless»'

const writings = [
  ...['Dome-1', 'a', 'x'.repeat(40), 'قبة الشمس', '٠١٢٣', '日本', '😀👩‍🚀', 'e\u0301', ' x ', '\u200fx', 'a\nb'],
  ...[`<b onclick="x">&amp;</b>`, `'; drop table vm; --`, '%s%n', '../../etc/passwd', '{{7*7}}', 'null', '-1'],
]

const days = ['0000-01-01', '0001-01-01', '9999-12-31', '2026-02-30', '2026-13-01']
/** The first and the last that can be written, and such as no calendar has. */
const instants = {
  date: days,
  'date-time': days.flatMap(day => [`${day}T00:00:00Z`, `${day}T23:59:59.999999999Z`, `${day}T00:00:00+02:00`]),
}

/** Values that a schema allows; `known` ones where a field of that name has some. */
export function fitting(schema: Schema, known: Known = {}, name = ''): fc.Arbitrary<unknown> {
  if (Object.hasOwn(known, name)) return known[name]!
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(each => fitting(each, known, name)))
  switch (schema.type) {
    case 'object':
      return objects(schema, known)
    case 'array': {
      const { minItems: minLength = 0, maxItems = 3 } = schema
      return fc.array(fitting(schema.items ?? {}, known), { minLength, maxLength: Math.min(3, maxItems) })
    }
    case 'string':
      return texts(schema)
    case 'integer':
    case 'number':
      return numbers(schema)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}

function objects({ properties = {}, required = [] }: Schema, known: Known): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([name, schema]) => [name, fitting(schema, known, name)] as const)
  return fc.record(Object.fromEntries(fields), { requiredKeys: required, noNullPrototype: true })
}

function texts({ format, pattern, minLength = 0, maxLength = 200 }: Schema): fc.Arbitrary<string> {
  const rule = new RegExp(pattern ?? '', 'u')
  if (format === 'date' || format === 'date-time') {
    const usual = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
    const written = usual.map(at => (format === 'date' ? at.toISOString().slice(0, 10) : at.toISOString()))
    const last = instants[format].filter(text => rule.test(text))
    return fc.oneof({ weight: 3, arbitrary: written }, { weight: 1, arbitrary: fc.constantFrom(...last) })
  }
  const fits = (text: string) => [...text].length >= minLength && text.length <= maxLength
  if (pattern === undefined) {
    const free = fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 40) })
    const longest = fc.constantFrom('x', 'ش').map(letter => letter.repeat(maxLength))
    return fc.oneof(fc.constantFrom(...writings.filter(fits)), free.filter(fits), longest)
  }
  const own = [...writings, '1'].filter(text => rule.test(text) && fits(text))
  // Not every rule can be turned round into a source of texts.
  if (/\(\?[!<]|\\p/.test(pattern)) return fc.constantFrom(...own)
  const made = fc.stringMatching(rule).filter(fits)
  return own.length > 0 ? fc.oneof(fc.constantFrom(...own), made) : made
}

function numbers({ type, multipleOf, ...bounds }: Schema): fc.Arbitrary<number> {
  const step = multipleOf ?? (type === 'integer' ? 1 : 0.001)
  const scale = Math.round(1 / step)
  const end = Number.MAX_SAFE_INTEGER / scale
  const least = Math.max(bounds.minimum ?? bounds.exclusiveMinimum ?? -end, -end)
  const most = Math.min(bounds.maximum ?? end, end)
  const min = Math.ceil(least * scale) + (bounds.exclusiveMinimum === undefined ? 0 : 1)
  return fc.integer({ min, max: Math.floor(most * scale) }).map(steps => steps / scale)
}

/** What fits no field of ours, or is nothing at all. */
const odd: readonly unknown[] = [
  ...[undefined, null, true, 0, -1, 1.5, 1e21, 2 ** 53, endless, '', ' ', '\u200f', 'x', '1', 'true', 'NaN', '٣'],
  ...['\u0000', 'a\ud83d', 'x'.repeat(70_000), [], [null], [[]], {}, { $ne: null }, { toString: 1 }],
]

/** Values on both sides of every bound that a schema names. */
function edges(schema: Schema): unknown[] {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, exclusiveMinimum, format } = schema
  const near = [minimum, maximum, exclusiveMinimum].flatMap(bound =>
    bound === undefined ? [] : [bound - 1, bound, bound + 1],
  )
  const lengths = [minLength, maxLength].flatMap(bound => (bound === undefined ? [] : [bound - 1, bound, bound + 1]))
  const counts = [minItems, maxItems].flatMap(bound => (bound === undefined ? [] : [bound - 1, bound + 1]))
  return [
    ...near,
    ...lengths.filter(length => length >= 0).flatMap(length => ['x'.repeat(length), 'ش'.repeat(length)]),
    ...counts.filter(count => count >= 0).map(count => Array(count).fill(1)),
    ...(format === 'date' || format === 'date-time' ? instants[format] : []),
    ...(schema.anyOf ?? []).flatMap(each => edges(each)),
  ]
}

type Place = { path: readonly (string | number)[]; schema: Schema; holds: unknown }

/** A value that fits, changed at one place: missing, of another type, at a bound or beyond, or with a field too many. */
export const twisted = (schema: Schema, fits: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.tuple(fits, fc.noBias(fc.nat()), fc.noBias(fc.nat())).map(([value, where, what]) => {
    const places = placesIn(schema, value)
    const { path, schema: here, holds } = places[where % places.length]!
    const extra = isObject(holds)
      ? ['extra', 'id', 'accountId', 'constructor'].map(key => ({ ...holds, [key]: 1 }))
      : []
    const [bounds, others] = [edges(here), [...odd, ...extra]]
    // Half of them at the bounds: these are few.
    const changes = what % 2 === 0 && bounds.length > 0 ? bounds : others
    return replaced(value, path, changes[Math.floor(what / 2) % changes.length])
  })

function placesIn(schema: Schema, value: unknown, path: Place['path'] = []): Place[] {
  const shape = schema.anyOf?.find(each => each.properties ?? each.items) ?? schema
  const inner = Array.isArray(value)
    ? value.flatMap((item, index) => placesIn(shape.items ?? {}, item, [...path, index]))
    : isObject(value)
      ? Object.entries(value).flatMap(([key, item]) => placesIn(shape.properties?.[key] ?? {}, item, [...path, key]))
      : []
  return [{ path, schema, holds: value }, ...inner]
}

function replaced(value: unknown, [head, ...rest]: Place['path'], put: unknown): unknown {
  if (head === undefined) return put
  if (Array.isArray(value)) return value.map((item, index) => (index === head ? replaced(item, rest, put) : item))
  const fields = value as Record<string, unknown>
  return { ...fields, [head]: replaced(fields[head], rest, put) }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
