import type { QueryClient } from '@tanstack/react-query'
import { publicEnergyQuery, sitesOf } from '../api/energy.ts'
import type { Said } from './stream.ts'

/** What a browser looks at again when a noun is spoken of. */
const touched: Record<string, readonly string[]> = {
  vm: ['vms', 'dashboard', 'usage'],
  power: ['energy', 'vms', 'dashboard'],
  energy: ['energy'],
  backup: ['energy'],
  usage: ['usage', 'invoices', 'dashboard'],
  invoice: ['invoices', 'dashboard'],
  payment: ['payments', 'invoices', 'dashboard'],
  credit_note: ['invoices'],
  repair: ['repairs', 'dashboard'],
  quote: ['repairs'],
  device: ['devices', 'dashboard'],
  notification: ['notifications'],
}

/** The families of queries that one event touches. */
export const touchedBy = (type: string): readonly string[] => touched[type.split('.')[0] ?? ''] ?? []

// Events come in bursts; a family is looked at again once per turn of this length.
const gatherMs = 150

/** Turns events into looking again, each family at most once per burst. */
export function hearer(queries: QueryClient): { heard: (said: Said) => void; all: () => void } {
  const waiting = new Set<string>()
  const flush = () => {
    for (const family of waiting) void queries.invalidateQueries({ queryKey: [family] })
    waiting.clear()
  }
  return {
    heard: ({ type, body }) => {
      // Live figures are the news itself; events only say what to look at again.
      if (type === 'energy.live') return void queries.setQueryData(publicEnergyQuery.queryKey, sitesOf(body))
      if (type === 'resync') return void queries.invalidateQueries()
      const families = touchedBy(type)
      // The first of a burst sets the timer; the others join it.
      if (waiting.size === 0 && families.length > 0) setTimeout(flush, gatherMs)
      for (const family of families) waiting.add(family)
    },
    all: () => void queries.invalidateQueries(),
  }
}
