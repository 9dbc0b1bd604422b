import { notificationAccess } from '@sahary/contracts/access/notification'
import { changesIn } from '@sahary/testing/audited'
import { expect, it } from 'vitest'

it('nothing is audited but what changes more than the marks of a person in their own feed', () => {
  expect(changesIn(notificationAccess)).toEqual([
    'POST /api/customer/notifications/:id/read',
    'POST /api/customer/notifications/read-all',
  ])
})
