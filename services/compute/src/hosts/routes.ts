import { Id, Instant } from '@sahary/contracts/fields'
import { dataOf } from '@sahary/http/answer'
import type { Server } from '@sahary/http/server'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import { listHosts } from './store.ts'

const Size = z.object({ vcpus: z.int(), memoryMib: z.int(), diskGib: z.int() })
const Host = z.object({
  id: Id,
  name: z.string(),
  siteId: Id,
  state: z.enum(['up', 'lost', 'drained']),
  cores: z.int(),
  sellable: Size,
  capabilities: z.record(z.string(), z.unknown()),
  joinedAt: Instant,
  lastSeenAt: Instant,
})

/** The machines that carry VMs, for operators. */
export function hostRoutes(app: Server, { db }: Pick<Deps, 'db'>): void {
  app.get('/api/admin/hosts', { schema: { response: { 200: dataOf(z.array(Host)) } } }, async () => {
    const hosts = await listHosts(db)
    const data = hosts.map(host => ({
      ...host,
      joinedAt: host.joinedAt.toISOString(),
      lastSeenAt: host.lastSeenAt.toISOString(),
    }))
    return { data }
  })
}
