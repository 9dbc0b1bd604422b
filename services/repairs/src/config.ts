import { commonFields } from '@sahary/config/fragments'
import { z } from 'zod'

/** What the process reads from its environment. */
export const configSchema = z.object(commonFields)
export type Config = z.infer<typeof configSchema>
