import { events } from '@sahary/contracts/events'
import { speakerOf } from '@sahary/contracts/services'
import { describe, expect, it } from 'vitest'
import { files, isTest, placeOf, read, rootFiles, sources } from './tree.ts'

/** Branches and loops of a formatted file, each with how many it stands in inside its function, itself counted. */
function nestings(text: string): { line: number; depth: number }[] {
  const open: { indent: number; isBranch: boolean }[] = []
  return text.split('\n').flatMap((whole, index) => {
    const code = whole.trimStart()
    const indent = whole.length - code.length
    if (code === '') return []
    while (open.length > 0 && indent <= open.at(-1)!.indent) open.pop()
    const isBranch = /^(\} )?(if|else|for|while|do|switch|try|catch|finally)\b.*\{$/.test(code)
    if (isBranch || /=> \{$|^(export )?(async )?function\b/.test(code)) open.push({ indent, isBranch })
    const depth = open.length - 1 - open.findLastIndex(({ isBranch }) => !isBranch)
    return isBranch ? [{ line: index + 1, depth }] : []
  })
}

describe('the tree', () => {
  it('has no name that says nothing', () => {
    const empty = /(^|\/)(utils?|helpers?|common|shared|misc|base|manager|processor|impl|data|info)(\.tsx?|\/|$)/i
    // Kustomize calls its root "base".
    expect(files.filter(path => empty.test(path) && !path.startsWith('k8s/'))).toEqual([])
  })

  it('keeps files short enough to read', () => {
    const lines = (path: string) => read(path).trimEnd().split('\n').length
    const long = sources
      .map(path => ({ path, lines: lines(path), most: isTest(path) ? 400 : 200 }))
      .filter(({ lines, most }) => lines > most)
      .map(({ path, lines }) => `${path}: ${lines} lines`)
    expect(long).toEqual([])
  })

  it('nests no deeper than three', () => {
    expect(
      sources.flatMap(path =>
        nestings(read(path))
          .filter(({ depth }) => depth > 3)
          .map(at => ({ path, ...at })),
      ),
    ).toEqual([])
  })

  it('has one class, the refusal, and one that the test runner asks for', () => {
    const classes = sources.filter(path => /^[^'"`/*]*\bclass\s+(\w+\s+)?(extends\s+[\w.]+\s*)?\{/m.test(read(path)))
    expect(classes).toEqual(['packages/contracts/src/refusal.ts', 'vitest.config.ts'])
  })

  it('leaves nothing for later in the code', () => {
    // In halves, so that this file does not name what it looks for.
    const words = [
      ['TO', 'DO'],
      ['FIX', 'ME'],
      ['XX', 'X'],
      ['HA', 'CK'],
    ].map(halves => halves.join(''))
    const marks = new RegExp(`\\b(${words.join('|')})\\b`)
    expect(sources.filter(path => marks.test(read(path)))).toEqual([])
  })

  it('does not sleep in tests', () => {
    const sleeping = /setTimeout\(\s*(resolve|r|done)\b|timers\/promises/
    expect(
      sources.filter(path => isTest(path) && !path.startsWith('tests/load/') && sleeping.test(read(path))),
    ).toEqual([])
  })

  it('has a README in every package, service and piece of infrastructure', () => {
    const homes = new Set(
      files.map(path => /^(?:packages|services|infra)\/[^/]+(?=\/package\.json$)/.exec(path)?.[0]).filter(Boolean),
    )
    expect([...homes].filter(home => !files.includes(`${home}/README.md`))).toEqual([])
  })

  it('tells of every service that hears and says under the same headings', () => {
    const headings = [
      'Owns, and does not own',
      'Says',
      'Hears',
      'Invariants',
      'Tables',
      'Not guaranteed',
      'Run it alone',
    ]
    const homes = new Set(files.map(path => /^services\/[^/]+(?=\/migrations\/)/.exec(path)?.[0]).filter(Boolean))
    expect(homes.size).toBe(8)
    for (const home of homes) {
      const found = [...read(`${home}/README.md`).matchAll(/^## (.+)$/gm)].map(([, title]) => title!)
      expect(
        found.filter(title => headings.includes(title)),
        home,
      ).toEqual(headings)
    }
  })

  it('has each service that remembers dead tokens told of them at every replica', () => {
    const of = (path: string) => path.split('/')[1]!
    const using = (word: RegExp) => new Set(sources.filter(path => !isTest(path) && word.test(read(path))).map(of))
    const services = sources.filter(path => path.startsWith('services/')).map(of)
    const told = using(/\b(hearRevocations|watchEvents)\(/)
    const remembering = [...using(/\bcreateRevoked\(\)/)].filter(name => services.includes(name))
    expect(remembering.length).toBeGreaterThan(5)
    expect(remembering.filter(name => !told.has(name))).toEqual([])
  })

  it('lets a service say its own nouns alone', () => {
    const speaking = sources.filter(path => !isTest(path) && read(path).includes("from '@sahary/bus/emit'"))
    expect(speaking.length).toBeGreaterThan(10)
    const foreign = speaking.flatMap(path =>
      [...read(path).matchAll(/'([a-z_]+)\.[a-z_]+'/g)]
        .filter(([literal]) => literal.slice(1, -1) in events)
        .filter(([, noun]) => path.startsWith('services/') && speakerOf(noun!) !== path.split('/')[1])
        .map(([literal]) => `${path}: ${literal}`),
    )
    expect(foreign).toEqual([])
  })

  it('keeps code out of the root of a service, but for its composition', () => {
    const strays = sources
      .filter(path => !isTest(path) && !path.startsWith('services/portal/'))
      .filter(path => {
        const place = placeOf(path)
        return place !== null && place.slice === null && !rootFiles.includes(place.role)
      })
    expect(strays).toEqual([])
  })
})
