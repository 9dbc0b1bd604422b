import { z } from 'zod'

/** The figures of the first page. A part is null while its service does not answer, or the caller may not see it. */
export const Stats = z.object({
  vms: z
    .object({ total: z.int(), running: z.int(), off: z.int(), other: z.int(), warned: z.int(), more: z.boolean() })
    .nullable(),
  invoice: z.object({ currency: z.string(), netMinor: z.int(), vatMinor: z.int(), totalMinor: z.int() }).nullable(),
  repairs: z.object({ open: z.int(), waitingForYou: z.int(), more: z.boolean() }).nullable(),
  notifications: z.object({ unread: z.int() }).nullable(),
})
export type Stats = z.infer<typeof Stats>

const meta = z.object({ nextCursor: z.string().nullable().optional() }).optional()
const Vms = z.object({ data: z.array(z.object({ status: z.string(), powerNotice: z.unknown().optional() })), meta })
const Invoice = z.object({
  data: z.object({ currency: z.string(), netMinor: z.int(), vatMinor: z.int(), totalMinor: z.int() }),
})
const Repairs = z.object({ data: z.array(z.object({ customerState: z.string() })), meta })
const Notifications = z.object({ meta: z.object({ unread: z.int().nonnegative() }) })

/** Customer states in which nothing more will happen to a repair. */
const over = ['draft', 'done', 'closed', 'cannot_be_repaired', 'declined_by_us', 'cancelled']

/** Reads the services' answers; one that is absent or of another shape gives null. */
export const statsOf = (answers: Record<keyof Stats, unknown>): Stats => ({
  vms: vmsOf(answers.vms),
  invoice: Invoice.safeParse(answers.invoice).data?.data ?? null,
  repairs: repairsOf(answers.repairs),
  notifications: unreadOf(answers.notifications),
})

function vmsOf(answer: unknown): Stats['vms'] {
  const read = Vms.safeParse(answer).data
  if (!read) return null
  const count = (...states: string[]) => read.data.filter(vm => states.includes(vm.status)).length
  const [running, off] = [count('running'), count('off', 'paused')]
  const warned = read.data.filter(vm => vm.powerNotice !== null && vm.powerNotice !== undefined).length
  const total = read.data.length
  return { total, running, off, other: total - running - off, warned, more: hasMore(read) }
}

function repairsOf(answer: unknown): Stats['repairs'] {
  const read = Repairs.safeParse(answer).data
  if (!read) return null
  const open = read.data.filter(repair => !over.includes(repair.customerState))
  const waitingForYou = open.filter(repair => repair.customerState === 'waiting_for_you').length
  return { open: open.length, waitingForYou, more: hasMore(read) }
}

function unreadOf(answer: unknown): Stats['notifications'] {
  const read = Notifications.safeParse(answer).data
  return read ? { unread: read.meta.unread } : null
}

const hasMore = (page: { meta?: z.infer<typeof meta> }): boolean => typeof page.meta?.nextCursor === 'string'
