import type { Format } from './format.ts'
import { opendtu } from './opendtu.ts'
import { victron } from './victron.ts'

export const vendors = ['opendtu', 'victron'] as const
export type Vendor = (typeof vendors)[number]

/** Every vendor we understand. */
export const formats: Record<Vendor, Format> = { opendtu, victron }
