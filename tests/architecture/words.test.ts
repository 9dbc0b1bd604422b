import { expect, it } from 'vitest'
import { read } from './tree.ts'

type Promises = Record<string, { name: string }>

it('an invoice on paper and the portal call a promise of power by the same name, in both languages', () => {
  const paper = read('services/billing/src/document/wording.ts').match(/classNames[^{]*\{[\s\S]*?\n\}/)?.[0] ?? ''
  const names = [...paper.matchAll(/(\w+): '([^']+)'/g)].map(match => `${match[1]}: ${match[2]}`)
  const portal = ['ar', 'en'].flatMap(language => {
    const { supply } = JSON.parse(read(`services/portal/src/locales/${language}/app.json`)) as { supply: Promises }
    return Object.entries(supply).map(([promise, { name }]) => `${promise}: ${name}`)
  })
  expect(names.sort()).toEqual(portal.sort())
})
