import { dataOf } from '@sahary/http/answer'
import type { Server } from '@sahary/http/server'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import { listHosts } from '../hosts/store.ts'
import { listImages, listVmTypes } from './store.ts'

const VmType = z.object({ name: z.string(), vcpus: z.int(), memoryMib: z.int(), diskGib: z.int() })
const Image = z.object({
  name: z.string(),
  title: z.object({ en: z.string(), ar: z.string() }),
  leastMemoryMib: z.int(),
  /** Some host that is up has it ready. */
  available: z.boolean(),
})

/** What may be rented, for anybody to see. */
export function catalogRoutes(app: Server, { db }: Pick<Deps, 'db'>): void {
  app.get('/api/public/vm-types', { schema: { response: { 200: dataOf(z.array(VmType)) } } }, async () => ({
    data: await listVmTypes(db),
  }))
  app.get('/api/public/images', { schema: { response: { 200: dataOf(z.array(Image)) } } }, async () => {
    const ready = (await listHosts(db)).filter(host => host.state === 'up').flatMap(host => host.capabilities.images)
    const images = await listImages(db)
    return { data: images.map(image => ({ ...image, available: ready.includes(image.reference) })) }
  })
}
