import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import i18next from 'i18next'
import { parseAst } from 'vite'
import { beforeAll, describe, expect, it } from 'vitest'
import { knowDigits } from '../i18n/i18n.ts'

const source = join(import.meta.dirname, '..')
const languages = ['ar', 'en'] as const
const suffix = /_(zero|one|two|few|many|other)$/

type Tree = { [name: string]: string | Tree }
const flat = (tree: Tree, before = ''): [key: string, text: string][] =>
  Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'string' ? [[before + name, value] as [string, string]] : flat(value, `${before}${name}.`),
  )
const read = (language: string, name: string): Tree =>
  JSON.parse(readFileSync(join(import.meta.dirname, language, `${name}.json`), 'utf8')) as Tree
const catalogue = (language: string) => new Map(['entry', 'app'].flatMap(name => flat(read(language, name))))

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter(path => /\.tsx?$/.test(path) && !/\.test\.|(^|\/)client\//.test(path))
  .map(path => ({ path, text: readFileSync(join(source, path), 'utf8') }))

/** Keys that the code asks for: whole ones, and for those with a hole the part before it. */
const asked = files.flatMap(({ path, text }) =>
  [...text.matchAll(/\bt\(\s*(?:[\w.]+(?: [!=]==? \w+)? \? )?'([\w.]+)'(?: : '([\w.]+)')?/g)].flatMap(match =>
    [match[1], match[2]].filter(key => key !== undefined).map(key => ({ path, key })),
  ),
)
const holed = files.flatMap(({ path, text }) =>
  [...text.matchAll(/(?:\bt\(|[?:] )`([a-zA-Z]+(?:\.[a-zA-Z]+)*\.)\$\{/g)].map(match => ({ path, before: match[1]! })),
)

describe('the catalogues', () => {
  it('have the same keys in both languages', () => {
    const [arabic, english] = languages.map(
      language => new Set([...catalogue(language).keys()].map(key => key.replace(suffix, ''))),
    )
    expect([...arabic!].sort()).toEqual([...english!].sort())
  })

  it('have every plural form of their language', () => {
    const forms = { ar: ['zero', 'one', 'two', 'few', 'many', 'other'], en: ['one', 'other'] }
    for (const language of languages) {
      const keys = [...catalogue(language).keys()]
      const counted = new Set(keys.filter(key => suffix.test(key)).map(key => key.replace(suffix, '')))
      const missing = [...counted].flatMap(key =>
        forms[language].filter(form => !keys.includes(`${key}_${form}`)).map(form => `${key}_${form}`),
      )
      expect(missing).toEqual([])
    }
  })

  it('have plurals of whatever is asked with a count, and count in the digits that were chosen', () => {
    const counted = files.flatMap(({ text }) =>
      [...text.matchAll(/\bt\(\s*'([\w.]+)',\s*\{\s*count\b/g)].map(match => match[1]!),
    )
    expect(counted.length).toBeGreaterThan(8)
    for (const language of languages) {
      const keys = catalogue(language)
      expect(counted.filter(key => !keys.has(`${key}_other`))).toEqual([])
      expect([...keys].filter(([, text]) => text.includes('{{count}}')).map(([key]) => key)).toEqual([])
    }
  })

  it('name the same values in both languages', () => {
    const values = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(match => match[1]!).sort()
    const english = catalogue('en')
    const different = [...catalogue('ar')].filter(
      ([key, text]) => english.has(key) && values(text).join() !== values(english.get(key)!).join(),
    )
    expect(different).toEqual([])
  })

  it('hold every key that the code asks for', () => {
    for (const language of languages) {
      const keys = new Set([...catalogue(language).keys()].map(key => key.replace(suffix, '')))
      expect(asked.length).toBeGreaterThan(100)
      expect(asked.filter(({ key }) => !keys.has(key))).toEqual([])
      expect(holed.filter(({ before }) => ![...keys].some(key => key.startsWith(before)))).toEqual([])
    }
  })

  it('name no percentage: what the platform knows, it tells', () => {
    for (const language of languages)
      expect([...catalogue(language)].filter(([, text]) => /[\d٠-٩][%٪]/.test(text))).toEqual([])
  })

  it('say in words every way in which compute ends an action without success', () => {
    const { paths } = JSON.parse(readFileSync(join(source, '../../../docs/generated/openapi.json'), 'utf8'))
    const answer = paths['/api/customer/vms/{id}/actions'].get.responses['200'].content['application/json'].schema
    const codes: string[] = answer.properties.data.items.properties.error.anyOf[0].properties.code.enum
    expect(codes).toContain('disk_missing')
    for (const language of languages)
      expect(codes.filter(code => !catalogue(language).has(`vm.ending.${code}`))).toEqual([])
  })

  it('hold nothing that nobody asks for', () => {
    const wanted = new Set(asked.map(({ key }) => key))
    const mentioned = (key: string) => files.some(({ text }) => text.includes(`'${key}'`))
    const keys = new Set([...catalogue('en').keys()].map(key => key.replace(suffix, '')))
    const idle = [...keys].filter(
      key => !wanted.has(key) && !mentioned(key) && !holed.some(({ before }) => key.startsWith(before)),
    )
    expect(idle).toEqual([])
  })
})

describe('the code', () => {
  it('has no text of its own: every word comes from a catalogue', () => {
    type Node = { type: string; value?: unknown; name?: { name?: string }; [more: string]: unknown }
    const spoken = ['label', 'title', 'placeholder', 'aria-label', 'alt', 'legend', 'hint', 'caption']
    const word = /[A-Za-z\u0600-\u06ff]{2,}/
    const found: string[] = []
    const walk = (node: Node, path: string): void => {
      if (node.type === 'JSXText' && word.test(String(node.value))) found.push(`${path}: ${String(node.value).trim()}`)
      const value = node.value as Node | null
      if (
        node.type === 'JSXAttribute' &&
        spoken.includes(node.name?.name ?? '') &&
        value?.type === 'Literal' &&
        word.test(String(value.value))
      )
        found.push(`${path}: ${String(value.value)}`)
      for (const child of Object.values(node).flat())
        if (child !== null && typeof child === 'object' && 'type' in child) walk(child as Node, path)
    }
    for (const { path, text } of files.filter(file => file.path.endsWith('.tsx')))
      walk(parseAst(text, { lang: 'tsx' }) as unknown as Node, path)
    // A sample of a key is the same in every language.
    expect(found.filter(line => !line.includes('ssh-ed25519 AAAA'))).toEqual([])
  })

  it('lays out by start and end, never by left and right', () => {
    const physical =
      /(?:margin|padding|border|inset)-(?:left|right)|^\s*(?:left|right)\s*:|text-align:\s*(?:left|right)|float\s*:/m
    const styles = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.css'))
    expect(styles.filter(path => physical.test(readFileSync(join(source, path), 'utf8')))).toEqual([])
  })

  it('knows Mantine in ui/ alone', () => {
    expect(
      files.filter(({ path, text }) => !path.startsWith('ui/') && text.includes('@mantine/')).map(({ path }) => path),
    ).toEqual([])
  })
})

describe('plurals', () => {
  beforeAll(async () => {
    await i18next.init({
      lng: 'ar',
      resources: { ar: { app: read('ar', 'app') }, en: { app: read('en', 'app') } },
      defaultNS: 'app',
      interpolation: { escapeValue: false },
    })
    knowDigits()
  })
  const say = (language: string, key: string, values: { count: number; names?: string; at?: string }) =>
    i18next.getFixedT(language)(key, values)

  it('count servers as the languages do', () => {
    const count = (language: string, n: number) => say(language, 'servers.count', { count: n })
    expect([0, 1, 2, 3, 11, 100, 103].map(n => count('ar', n))).toEqual([
      'لا توجد خوادم',
      'خادم واحد',
      'خادمان',
      '3 خوادم',
      '11 خادمًا',
      '100 خادم',
      '103 خوادم',
    ])
    expect([0, 1, 2].map(n => count('en', n))).toEqual(['No servers', '1 server', '2 servers'])
  })

  it('have the number within them: two processors are one word', () => {
    const vcpus = (n: number) => say('ar', 'servers.vcpus', { count: n })
    expect([1, 2, 4, 16, 1000].map(vcpus)).toEqual(['معالج واحد', 'معالجان', '4 معالجات', '16 معالجًا', '1,000 معالج'])
  })

  it('speak of one server, of two and of more, each in its own words', () => {
    const shed = (count: number) => say('ar', 'alert.shed', { count, names: 'sail' }).split('.')[1]
    expect([1, 2, 3].map(shed)).toEqual([
      ' يعود وحده حين تعود الطاقة، ولا يُحسب معالجه وذاكرته وقت التوقف',
      ' يعودان وحدهما حين تعود الطاقة، ولا يُحسب معالجهما وذاكرتهما وقت التوقف',
      ' تعود وحدها حين تعود الطاقة، ولا يُحسب معالجها وذاكرتها وقت التوقف',
    ])
  })
})
