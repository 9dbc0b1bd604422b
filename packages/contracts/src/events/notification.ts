import { z } from 'zod'
import { Id } from '../fields.ts'

const Notification = z.object({
  notificationId: Id,
  userId: Id,
  accountId: Id.nullable(),
  kind: z.string(),
  channel: z.enum(['feed', 'email', 'sms', 'push']),
})

/** Said by notification. */
export const notificationEvents = {
  'notification.delivered': Notification,
  'notification.failed': Notification.extend({ reason: z.string() }),
}
