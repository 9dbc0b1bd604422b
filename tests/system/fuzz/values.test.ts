import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bodySchemaOf, type Document, operationAt } from './description.ts'
import { rulesOf } from './judge.ts'
import { fitting, twisted } from './values.ts'

const document = JSON.parse(readFileSync('docs/generated/openapi.json', 'utf8')) as Document
const ruleAt = rulesOf(document)
const bodies = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.keys(methods).flatMap(method => {
    const schema = bodySchemaOf(operationAt(document, method, path)!)
    return schema ? [{ name: `${method} ${path}`, path, method, schema }] : []
  }),
)

describe.each(bodies)('a body for $name', ({ path, method, schema }) => {
  const rule = ruleAt('paths', path, method, 'requestBody', 'content', 'application/json', 'schema')
  const isAllowed = (value: unknown) => rule(JSON.parse(JSON.stringify(value ?? null)))

  it('is as described when it is to fit', () => {
    const wrong = fc.sample(fitting(schema), { numRuns: 200, seed: 1 }).filter(value => !isAllowed(value))
    expect(wrong).toEqual([])
  })

  it('is often not so when it is twisted', () => {
    const values = fc.sample(twisted(schema, fitting(schema)), { numRuns: 200, seed: 1 })
    expect(values.filter(value => !isAllowed(value)).length).toBeGreaterThan(50)
  })
})
