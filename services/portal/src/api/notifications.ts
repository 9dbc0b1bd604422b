import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { GetApiCustomerNotificationsResponse } from '../client/types.gen.ts'
import { language } from '../i18n/i18n.ts'
import { ask, dataOf } from './request.ts'

export type Notification = GetApiCustomerNotificationsResponse['data'][number]
export type FeedMeta = GetApiCustomerNotificationsResponse['meta']

export const notificationsQuery = (unread: boolean) =>
  infiniteQueryOptions({
    // The platform words them, in the language that is asked for.
    queryKey: ['notifications', unread ? 'unread' : 'all', language()],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ask<Notification[], FeedMeta>('GET', '/api/customer/notifications', {
        query: { limit: 25, cursor: pageParam, unread: unread || undefined },
        signal,
      }),
    getNextPageParam: last => last.meta?.nextCursor ?? undefined,
  })
export const unreadQuery = queryOptions({
  queryKey: ['notifications', 'count'],
  queryFn: async ({ signal }) => {
    const { meta } = await ask<Notification[], FeedMeta>('GET', '/api/customer/notifications', {
      query: { limit: 1, unread: true },
      signal,
    })
    return meta?.unread ?? 0
  },
})

export const readOne = (id: number): Promise<Notification> => dataOf('POST', `/api/customer/notifications/${id}/read`)
/** Marks everything read that is no newer than the newest one seen, so that what comes meanwhile stays unread. */
export const readAll = (upTo: number): Promise<unknown> =>
  dataOf('POST', '/api/customer/notifications/read-all', { body: { upTo } })
