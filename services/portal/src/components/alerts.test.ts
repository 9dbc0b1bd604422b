import { expect, it } from 'vitest'
import { lowSiteOf, namesOf } from './alerts.ts'

it('a low battery is told where servers of ours stand, and nowhere else', () => {
  const sites = [
    { siteId: 1, level: 'critical' },
    { siteId: 2, level: 'watch' },
    { siteId: 3, level: 'low' },
  ] as const
  expect(lowSiteOf(sites, [{ siteId: 2 }, { siteId: 3 }])?.siteId).toBe(3)
  expect(lowSiteOf(sites, [{ siteId: 2 }])).toBeUndefined()
  expect(lowSiteOf(sites, [])).toBeUndefined()
})

it('four servers are named, and of more it is said how many', () => {
  const vms = ['a1', 'b2', 'c3', 'd4', 'e5', 'f6'].map(name => ({ name }))
  const names = (count: number) =>
    namesOf(vms.slice(0, count), 'ar', more => `${more} غيرها`).replace(/[\u2068\u2069]/g, '')
  expect(names(4)).toBe('a1 وb2 وc3 وd4')
  expect(names(6)).toBe('a1 وb2 وc3 وd4 و2 غيرها')
})
