import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readConfig } from './config.ts'
import { envExample } from './example.ts'
import { booleanText, commonFields, databaseFields, logFields, numberText } from './fragments.ts'

const schema = z.strictObject({ ...databaseFields, FAST: booleanText.optional(), SIZE: numberText(1, 10).default(3) })

describe('the environment', () => {
  it('becomes typed values, with defaults for what is absent or empty', () => {
    const env = { DATABASE_URL: 'postgres://a:b@c/d', FAST: 'true', SIZE: '', PATH: '/bin' }
    expect(readConfig(schema, env)).toEqual({ DATABASE_URL: env.DATABASE_URL, DATABASE_POOL: 10, FAST: true, SIZE: 3 })
  })

  it('is refused with every fault at once, and no value is repeated', () => {
    const read = () => readConfig(schema, { DATABASE_POOL: 'secret-ten', FAST: 'yes', SIZE: '11' })
    expect(read).toThrow(
      /DATABASE_URL: is not set\n {2}DATABASE_POOL: must be a whole number\n {2}FAST: .*\n {2}SIZE: /,
    )
    expect(read).not.toThrow(/secret-ten/)
  })

  it('may name files that hold secrets', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'sahary-config-')), 'url')
    writeFileSync(file, 'postgres://x@y/z\n')
    expect(readConfig(schema, { DATABASE_URL_FILE: file }).DATABASE_URL).toBe('postgres://x@y/z')
    expect(() => readConfig(schema, { DATABASE_URL_FILE: `${file}.gone` })).toThrow(/DATABASE_URL_FILE: ENOENT/)
  })
})

describe('.env.example', () => {
  it('lists each setting once, with what it means, who reads it and its default', () => {
    const text = envExample([
      { name: 'one', schema: z.strictObject(commonFields) },
      { name: 'two', schema: z.strictObject({ ...logFields, SIZE: numberText(1, 9).describe('How big.') }) },
    ])
    expect(text.match(/^LOG_LEVEL=info$/gm)).toHaveLength(1)
    expect(text).toContain('How much is logged. Read by one, two.\nLOG_LEVEL=info')
    expect(text).toContain('# How big. Required.\nSIZE=\n')
    expect(text).toContain('DATABASE_POOL=10')
    for (const line of text.split('\n')) expect(line).toMatch(/^(#.+|[A-Z_]+=.*|)$/)
    expect(text).not.toContain('#  ')
  })
})
