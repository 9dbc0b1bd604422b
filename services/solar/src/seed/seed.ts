import { z } from 'zod'
import { NewInverter } from '../inverter/inverter.ts'
import { NewSite } from '../site/site.ts'

/** Seeds name their ids themselves, below those that are drawn. */
const SeedId = z.int().min(1).max(999)

/** The sites that are there from the first start. */
export const Seed = z.array(
  NewSite.extend({ siteId: SeedId, inverters: z.array(NewInverter.extend({ inverterId: SeedId })).max(50) }),
)
export type Seed = z.infer<typeof Seed>

/** Reads a seed; throws with the path of what is wrong. */
export function seedOf(value: unknown): Seed {
  const parsed = Seed.safeParse(value)
  if (!parsed.success) throw new Error(`the sites cannot be read: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}
