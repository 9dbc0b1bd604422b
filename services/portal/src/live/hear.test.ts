import { expect, it } from 'vitest'
import { touchedBy } from './hear.ts'

it('an event says which queries are looked at again', () => {
  expect(touchedBy('vm.started')).toContain('vms')
  expect(touchedBy('invoice.paid')).toEqual(['invoices', 'dashboard'])
  expect(touchedBy('power.level_changed')).toContain('energy')
})

it('a noun that no page shows touches nothing', () => {
  expect(touchedBy('host.lost')).toEqual([])
  expect(touchedBy('')).toEqual([])
})
