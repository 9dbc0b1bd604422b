import fc from 'fast-check'
import { bodySchemaOf, type Operation } from './description.ts'
import { fitting, type Known, twisted } from './values.ts'

export const people = ['nobody', 'owner', 'viewer', 'stranger', 'admin', 'network'] as const
/** Nobody; a customer; who may only look at the same account; another customer; staff; the card network's signature. */
export type Who = (typeof people)[number]

/** One request to make. A body that is a text goes as it is, anything else as JSON. */
export type Case = {
  who: Who
  language: 'ar' | 'en'
  method: string
  path: string
  headers: Record<string, string>
  body?: unknown
}
type Parts = {
  /** Written behind the query, as it is. */
  tail: string
  path: Record<string, string>
  query: Record<string, string[]>
  headers: Record<string, string>
  body: unknown
}

const oddPaths = [
  ...['0', '-1', '1.5', '1e3', '01', '+1', 'first', 'null', '%00', '%D9%A1', '%201', '1%20', '%zz', '%F0%28'],
  ...['9007199254740993', '99999999999999999999', '1%2f..%2f2', "1'--", '1;2', '*', '%7B%7D', 'x'.repeat(300)],
]
const oddTails = 'a=b%2f..%2f cursor=../x limit=1;limit=2 %zz a=%F0%28 a=\ud83d a[b]=c =&&= ? +'.split(' ')
const oddTexts = [
  ...['', '0', '-1', '1e3', '1.5', '101', '99999999999999999', 'abc', 'null', '٣', ' 1', '\u0000', 'x'.repeat(600)],
]
const deep = `${'{"a":'.repeat(99)}1${'}'.repeat(99)}`
const oddBodies = [
  ...['', '{', 'hello', 'null', '[]', '""', '0', '{"a":1}{', '\ufeff{}', '{"__proto__":{"a":1}}', '{"a":"\ud83d"}'],
  ...['{"constructor":{"prototype":1}}', '['.repeat(9999), deep, 'x'.repeat(1_100_000)],
]
const jsonIn16 = 'application/json; charset=utf-16'
const named = (name: string, ...values: string[]) => values.map((value): Record<string, string> => ({ [name]: value }))
const oddHeaders = [
  ...named('idempotency-key', '', 'a b', 'é', 'x'.repeat(256), '"'),
  ...named('content-type', 'text/plain', 'application/x-www-form-urlencoded', jsonIn16, 'application/json;', 'x'),
  ...named('authorization', 'Bearer', 'Bearer a.b.c', 'Basic YTpi', 'Bearer eyJhbGciOiJub25lIn0.e30.'),
  { 'x-request-id': '../../etc/passwd' },
  { 'x-forwarded-for': "'; --, ::1, 999.1.1.1" },
  { 'x-sahary-client': 'portal' },
  { 'x-sahary-client': 'portal', cookie: 'sahary-refresh=%zz; =; a' },
  { 'last-event-id': 'x'.repeat(200) },
  { traceparent: '00-zz', tracestate: '=' },
  { accept: 'text/html' },
  { 'x-http-method-override': 'DELETE' },
]

/** Requests to one operation: such as its description allows, and such with one thing wrong. */
export function casesOf(operation: Operation, known: Known, who: fc.Arbitrary<Who>): fc.Arbitrary<Case> {
  const { method, path: template } = operation
  const parts = fc.oneof(...ways(operation, fittingParts(operation, known)))
  return fc
    .record({ who, language: fc.constantFrom('ar', 'en'), parts })
    .map(({ parts: { path, query, tail, ...rest }, ...by }) => {
      const filled = template.replace(/\{(\w+)\}/g, (_whole, name: string) => path[name]!)
      const search = new URLSearchParams(
        Object.entries(query).flatMap(([name, texts]) => texts.map((text): [string, string] => [name, text])),
      )
      const written = [String(search), tail].filter(text => text !== '').join('&')
      return { ...by, method, path: written === '' ? filled : `${filled}?${written}`, ...rest }
    })
}

function fittingParts(operation: Operation, known: Known): fc.Arbitrary<Parts> {
  const given = (place: string) => (operation.parameters ?? []).filter(parameter => parameter.in === place)
  const values = (place: string, mark: string, always: boolean) =>
    fc.record(
      Object.fromEntries(
        given(place).map(({ name, schema }) => [name, fitting(schema, known, mark + name).map(String)]),
      ),
      { noNullPrototype: true, ...(always ? {} : { requiredKeys: [] }) },
    ) as fc.Arbitrary<Record<string, string>>
  const schema = bodySchemaOf(operation)
  return fc.record({
    path: values('path', '/', true),
    query: values('query', '?', false).map(query =>
      Object.fromEntries(Object.entries(query).map(([name, text]) => [name, [text]])),
    ),
    headers: operation.method === 'POST' ? fc.uuid().map(key => ({ 'idempotency-key': key })) : fc.constant({}),
    body: schema ? fitting(schema, known) : fc.constant(undefined),
    tail: fc.constant(''),
  })
}

function ways(operation: Operation, fits: fc.Arbitrary<Parts>): fc.WeightedArbitrary<Parts>[] {
  const has = (place: string) => (operation.parameters ?? []).some(parameter => parameter.in === place)
  const schema = bodySchemaOf(operation)
  const wrong = <V>(weight: number, values: fc.Arbitrary<V>, put: (value: V, parts: Parts) => Partial<Parts>) => ({
    weight,
    arbitrary: fc.tuple(fits, values).map(([parts, value]) => ({ ...parts, ...put(value, parts) })),
  })
  const wrongPath = (text: string, { path }: Parts) => ({
    path: Object.fromEntries(Object.keys(path).map(name => [name, text])),
  })
  const bodies = fits.map(({ body }) => body)
  const odd = [
    wrong(2, fc.constantFrom(...oddHeaders), (more, { headers }) => ({ headers: { ...headers, ...more } })),
    wrong(2, oddQuery(operation), (more, { query }) => ({ query: { ...query, ...more } })),
    wrong(1, fc.constantFrom(...oddTails), tail => ({ tail })),
    ...(has('path') ? [wrong(2, fc.constantFrom(...oddPaths), wrongPath)] : []),
    ...(operation.method === 'GET' ? [] : [wrong(schema ? 2 : 1, fc.constantFrom(...oddBodies), body => ({ body }))]),
    ...(schema ? [wrong(8, twisted(schema, bodies), body => ({ body }))] : []),
  ]
  return [{ weight: odd.reduce((sum, { weight }) => sum + weight, 0), arbitrary: fits }, ...odd]
}

function oddQuery({ parameters = [] }: Operation): fc.Arbitrary<Record<string, string[]>> {
  const names = parameters.filter(parameter => parameter.in === 'query').map(({ name }) => name)
  const texts = fc.array(fc.constantFrom(...oddTexts), { minLength: 1, maxLength: 2 })
  return fc
    .tuple(fc.constantFrom(...names, ...names, 'extra', '__proto__', 'limit[]'), texts)
    .map(([name, put]) => ({ [name]: put }))
}
