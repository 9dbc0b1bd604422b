import { getJson } from '@sahary/http/outgoing'
import type { Part, PartName } from '../proxy/parts.ts'
import { type Stats, statsOf } from './dashboard.ts'

const patienceMs = 2000

const questions: Record<keyof Stats, { part: PartName; path: string }> = {
  vms: { part: 'compute', path: '/api/customer/vms?limit=100' },
  invoice: { part: 'billing', path: '/api/customer/invoices/current' },
  repairs: { part: 'repairs', path: '/api/customer/repairs?limit=100' },
  notifications: { part: 'notification', path: '/api/customer/notifications?unread=true&limit=1' },
}

/** Asks the services side by side, each for at most two seconds, as the caller: they see what the caller may see. */
export async function composeStats(parts: readonly Part[], headers: Record<string, string>): Promise<Stats> {
  const asked = Object.entries(questions).map(async ([name, { part, path }]) => {
    const url = parts.find(each => each.name === part)?.url
    return [name, await getJson(url + path, { timeoutMs: patienceMs, headers }).catch(() => null)] as const
  })
  return statsOf(Object.fromEntries(await Promise.all(asked)) as Record<keyof Stats, unknown>)
}
