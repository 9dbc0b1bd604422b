import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { TraceMap } from '@jridgewell/trace-mapping'
import { transform } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addExecuted, type CountedFunction, isExecuted, type Script } from './executed.ts'

const text = `const greet = name => {
  if (name === 'sun') {
    return 'good morning'
  }
  const word = 'hello'
  return word + name
}
function neverAsked() {
  return greet('sun')
}
const later = [1].map(one => one + 1)
console.log(greet('world'), later, process.argv.length > 9 && neverAsked())
`
const whole = (line: number) => ({ start: { line, column: 0 }, end: { line, column: null } })

describe('what V8 executed of a minified script', () => {
  let dir: string
  let script: Script
  let functions: CountedFunction[]

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'executed-'))
    const { code, map } = await transform(text, { minify: true, sourcemap: 'external', sourcefile: 'greet.ts' })
    const file = join(dir, 'greet.mjs')
    writeFileSync(file, code)
    execFileSync(process.execPath, [file], { env: { ...process.env, NODE_V8_COVERAGE: join(dir, 'counts') } })
    const counts = readdirSync(join(dir, 'counts')).map(name => readFileSync(join(dir, 'counts', name), 'utf8'))
    const scripts: { url: string; functions: CountedFunction[] }[] = counts.flatMap(it => JSON.parse(it).result)
    functions = scripts.find(({ url }) => url === pathToFileURL(file).href)!.functions
    script = { text: code, map: new TraceMap(map, join(dir, 'greet.mjs.map')) }
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  it('is found in the source, line by line, and what was passed by is not', () => {
    const executed = new Map<string, Set<number>>()
    addExecuted(executed, script, functions)
    const places = executed.get(join(dir, 'greet.ts'))!
    const lines = [1, 2, 3, 6, 8, 9, 11, 12]
    const reached = lines.filter(line => isExecuted(whole(line), places))
    expect(script.text.trim().split('\n')).toHaveLength(1)
    expect(reached).toEqual([1, 2, 6, 11, 12])
  })

  it('adds to what another page executed, and takes nothing from it', () => {
    const executed = new Map([[join(dir, 'greet.ts'), new Set([300_004])]])
    addExecuted(executed, script, functions)
    expect(isExecuted(whole(3), executed.get(join(dir, 'greet.ts'))!)).toBe(true)
    expect(isExecuted(whole(9), executed.get(join(dir, 'greet.ts'))!)).toBe(false)
  })
})

describe('a statement', () => {
  const statement = { start: { line: 4, column: 10 }, end: { line: 6, column: 2 } }

  it.each([
    ['at its first letter', 400_010, true],
    ['on a line between', 500_000, true],
    ['at its last letter', 600_002, true],
    ['before it on its line', 400_009, false],
    ['behind it', 600_003, false],
  ])('reached %s', (_where, place, is) => {
    expect(isExecuted(statement, [place])).toBe(is)
  })
})
