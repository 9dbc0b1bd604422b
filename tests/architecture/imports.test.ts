import { describe, expect, it } from 'vitest'
import { edges, files, importsOf, isTest, placeOf, read, roles, rootFiles, sources } from './tree.ts'

const production = sources.filter(path => !isTest(path))
const serviceFiles = production.filter(path => placeOf(path) && !path.startsWith('services/portal/'))
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

const isDomain = (path: string): boolean => {
  const place = placeOf(path)
  return place !== null && place.slice !== null && !roles.includes(place.role)
}
const roleOf = (path: string): string => {
  const place = placeOf(path)
  if (!place) return 'outside'
  if (place.slice === null) return place.role
  if (edges.includes(place.role)) return 'edge'
  return roles.includes(place.role) ? place.role : 'domain'
}

/** What each role may import inside its own service. */
const allowed: Record<string, string[]> = {
  domain: ['domain'],
  store: ['domain', 'tables'],
  actions: ['domain', 'store', 'actions', 'tables'],
  edge: ['domain', 'store', 'actions', 'tables', 'config'],
  app: ['edge', 'domain', 'store', 'actions', 'tables', 'config'],
  config: ['domain'],
  tables: [],
}

type Manifest = Partial<Record<'dependencies' | 'devDependencies' | 'peerDependencies', Record<string, string>>>
const manifests = files.map(path => /^(.+)\/package\.json$/.exec(path)?.[1]).filter(home => home !== undefined)
const manifestOf = (home: string): Manifest => JSON.parse(read(`${home}/package.json`))
/** What a package wants to find beside itself. */
const peersOf = (home: string, name: string) => manifestOf(`${home}/node_modules/${name}`).peerDependencies ?? {}
/** Types of a package that is permitted too, or of Node. */
const isTyping = (name: string, permitted: readonly string[]): boolean =>
  name === '@types/node' || (name.startsWith('@types/') && permitted.includes(name.slice('@types/'.length)))
/** `@fonts/` of `@fonts/amiri`: the last part may be chosen when the program runs. */
const scopeOf = (name: string): string => /^@(?!sahary)[^/]+\//.exec(name)?.[0] ?? '(?!)'
/** Run as programs, by their name in `node_modules/.bin`. */
const executed = ['kysely-codegen']

describe('the arrows', () => {
  it('inside a service point from edge to action to store to domain', () => {
    const wrong = serviceFiles.flatMap(path =>
      importsOf(path)
        .filter(({ target, typeOnly }) => target?.startsWith('services/') && !typeOnly)
        .filter(({ target }) => {
          const may = allowed[roleOf(path)]
          return may !== undefined && !may.includes(roleOf(target!))
        })
        .map(({ target }) => `${path} → ${target}`),
    )
    expect(wrong).toEqual([])
  })

  it('never lead from one service into another', () => {
    const wrong = sources
      .filter(path => path.startsWith('services/'))
      .flatMap(path =>
        importsOf(path).filter(
          ({ target }) => target?.startsWith('services/') && target.split('/')[1] !== path.split('/')[1],
        ),
      )
    expect(wrong).toEqual([])
  })

  it('from a package lead only where the design allows', () => {
    const leaves: Record<string, string[]> = {
      contracts: [],
      config: [],
      observability: [],
      clock: ['observability'],
      db: ['observability'],
      bus: ['contracts', 'db', 'observability'],
      http: ['contracts', 'observability', 'auth', 'db'],
      auth: ['contracts'],
      sun: [],
      testing: ['auth', 'bus', 'contracts', 'db', 'docker', 'local'],
    }
    const wrong = production
      .filter(path => path.startsWith('packages/'))
      .flatMap(path => {
        const own = path.split('/')[1]!
        const may = leaves[own] ?? []
        return importsOf(path)
          .filter(({ specifier }) => specifier.startsWith('@sahary/'))
          .map(({ specifier }) => specifier.split('/')[1]!)
          .filter(name => name !== own && !may.includes(name))
          .map(name => `${path} → ${name}`)
      })
    expect(wrong).toEqual([])
  })

  it('from the portal lead to contracts and no other package of ours, and from what runs never to the tests', () => {
    const ours = production.flatMap(path =>
      importsOf(path)
        .map(({ specifier }) => ({ path, name: /^@sahary\/([^/]+)/.exec(specifier)?.[1] }))
        .filter(({ name }) => name !== undefined),
    )
    const portal = ours.filter(({ path, name }) => path.startsWith('services/portal/') && name !== 'contracts')
    const tests = ours.filter(({ path, name }) => name === 'testing' && !path.startsWith('packages/testing/'))
    expect([...portal, ...tests]).toEqual([])
  })

  it('lead only to packages that the package.json permits', () => {
    const wrong = sources.flatMap(path => {
      const manifest =
        /^(?:packages|services|infra)\/[^/]+/.exec(path)?.[0] ?? (path.startsWith('tests/') ? 'tests' : null)
      if (!manifest || /\.config\.ts$/.test(path)) return []
      const json = JSON.parse(read(`${manifest}/package.json`)) as Record<string, Record<string, string>>
      const known = { ...json.dependencies, ...json.devDependencies, ...(isTest(path) ? { vitest: '' } : {}) }
      return importsOf(path)
        .filter(({ specifier }) => !/^(\.|node:|virtual:|#)/.test(specifier))
        .map(({ specifier }) => packageOf(specifier))
        .filter(name => !(name in known) && name !== (json as unknown as { name: string }).name)
        .map(name => `${path} → ${name}`)
    })
    expect([...new Set(wrong)]).toEqual([])
  })

  it('lead to every package that a package.json permits', () => {
    const idle = manifests.flatMap(home => {
      const { dependencies = {}, devDependencies = {} } = manifestOf(home)
      const permitted = Object.keys({ ...dependencies, ...devDependencies })
      const text = files
        .filter(path => path.startsWith(`${home}/`) && /\.(tsx?|css|mjs)$/.test(path))
        .map(read)
        .join('\n')
      const isNamed = (name: string) => new RegExp(`['"\`](${name}|${scopeOf(name)}\\$\\{\\w+\\})['"\`/]`).test(text)
      const isAsked = (name: string) => permitted.some(other => name in peersOf(home, other))
      return permitted
        .filter(name => !isNamed(name) && !isAsked(name) && !isTyping(name, permitted) && !executed.includes(name))
        .map(name => `${home} → ${name}`)
    })
    expect(idle).toEqual([])
  })

  it('carry their .ts, and no file gathers others for export', () => {
    const wrong = sources
      .filter(path => !path.startsWith('services/portal/'))
      .flatMap(path =>
        importsOf(path).filter(({ target }) => target !== null && !/\.(ts|tsx|json|mjs|css)$/.test(target)),
      )
    expect(wrong).toEqual([])
    expect(sources.filter(path => /(^|\/)index\.ts$/.test(path))).toEqual([])
  })
})

describe('a domain file', () => {
  it('takes values: no clock, no randomness, no input or output', () => {
    const impure =
      /\bnew Date\(\)|Date\.now\(|Math\.random\(|randomUUID\(|process\.env|from 'node:(fs|net|http|child_process)|\bawait\b/
    const wrong = serviceFiles.filter(path => isDomain(path) && impure.test(read(path)))
    expect(wrong).toEqual([])
  })

  it('imports contracts, decimals, schemas and other domain files, and nothing else', () => {
    const may = [
      '@sahary/contracts',
      '@sahary/sun',
      'decimal.js',
      'zod',
      'sanitize-html',
      'ssh2',
      'node:crypto',
      'node:buffer',
    ]
    const wrong = serviceFiles.filter(isDomain).flatMap(path =>
      importsOf(path)
        .filter(({ target, typeOnly }) => target === null && !typeOnly)
        .filter(({ specifier }) => !may.includes(specifier.startsWith('node:') ? specifier : packageOf(specifier)))
        .map(({ specifier }) => `${path} → ${specifier}`),
    )
    expect(wrong).toEqual([])
  })
})

describe('the environment and SQL', () => {
  it('are read by main.ts and config alone, and written by store.ts alone', () => {
    const environment = serviceFiles.filter(path => /process\.env/.test(read(path)) && !path.endsWith('/main.ts'))
    expect(environment).toEqual([])
    const sql = serviceFiles.filter(
      path =>
        /\.(selectFrom|insertInto|updateTable|deleteFrom)\(|\bsql</.test(read(path)) &&
        !/\/(store|main|app)\.ts$/.test(path),
    )
    expect(sql).toEqual([])
  })

  it('main.ts is a composition root of at most forty lines', () => {
    const long = serviceFiles
      .filter(path => path.endsWith('/src/main.ts'))
      .filter(path => read(path).trimEnd().split('\n').length > 40)
    expect(long).toEqual([])
    expect(rootFiles).toContain('main')
  })
})
