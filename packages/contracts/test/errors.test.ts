import { describe, expect, it } from 'vitest'
import { errorCatalogue } from '../src/errors.ts'

const parameters = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(match => match[1]).sort()

describe('the error catalogue', () => {
  it.each(Object.entries(errorCatalogue))('%s speaks Arabic and English with the same parameters', (_code, entry) => {
    expect(entry.ar).toMatch(/[\u0600-\u06FF]/)
    expect(entry.en).not.toMatch(/[\u0600-\u06FF]/)
    expect(parameters(entry.ar)).toEqual(parameters(entry.en))
  })
})
