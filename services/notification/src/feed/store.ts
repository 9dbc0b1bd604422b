import type { Locale } from '@sahary/contracts/fields'
import type { Kysely, Selectable } from 'kysely'
import type { Database } from '../app.ts'
import type { Notification as NotificationTable } from '../tables.ts'
import type { Link, Severity } from './notice.ts'

export type NewNotification = {
  userId: number
  accountId: number | null
  eventId: string
  about: string
  kind: string
  severity: Severity
  locale: Locale
  params: object
  title: string
  body: string
  link: Link | null
  at: Date
}
export type Notification = Omit<NewNotification, 'eventId' | 'about' | 'params'> & {
  id: number
  /** Null for what was told before they were kept. */
  params: object | null
  readAt: Date | null
}

/** Adds to feeds what is not there yet; gives what was added. */
export async function insertNotifications(
  db: Kysely<Database>,
  notifications: readonly NewNotification[],
): Promise<Notification[]> {
  if (notifications.length === 0) return []
  const rows = await db
    .insertInto('notification')
    .values(
      notifications.map(each => ({
        user_id: each.userId,
        account_id: each.accountId,
        event_id: each.eventId,
        about: each.about,
        kind: each.kind,
        severity: each.severity,
        locale: each.locale,
        params: JSON.stringify(each.params),
        title: each.title,
        body: each.body,
        link_type: each.link?.type ?? null,
        link_id: each.link?.id ?? null,
        at: each.at,
      })),
    )
    .onConflict(conflict => conflict.constraint('notification_once').doNothing())
    .returningAll()
    .execute()
  return rows.map(fromRow)
}

export type FeedPage = { userId: number; unread: boolean; most: number; beforeId: number | undefined }

/** Somebody's feed, newest first. */
export async function feedOf(db: Kysely<Database>, page: FeedPage): Promise<Notification[]> {
  const rows = await db
    .selectFrom('notification')
    .selectAll()
    .where('user_id', '=', BigInt(page.userId))
    .$if(page.unread, query => query.where('read_at', 'is', null))
    .$if(page.beforeId !== undefined, query => query.where('id', '<', BigInt(page.beforeId ?? 0)))
    .orderBy('id', 'desc')
    .limit(page.most)
    .execute()
  return rows.map(fromRow)
}

export async function countUnread(db: Kysely<Database>, userId: number): Promise<number> {
  const { count } = await db
    .selectFrom('notification')
    .select(query => query.fn.countAll<bigint>().as('count'))
    .where('user_id', '=', BigInt(userId))
    .where('read_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Marks one of somebody's own as read, once, and gives it as it is now; null when it is not theirs. */
export async function markRead(
  db: Kysely<Database>,
  userId: number,
  id: number,
  at: Date,
): Promise<Notification | null> {
  const row = await db
    .updateTable('notification')
    .set(query => ({ read_at: query.fn.coalesce('read_at', query.val(at)) }))
    .where('id', '=', BigInt(id))
    .where('user_id', '=', BigInt(userId))
    .returningAll()
    .executeTakeFirst()
  return row ? fromRow(row) : null
}

/** Marks everything up to `upTo` as read; gives how many were not. */
export async function markAllRead(
  db: Kysely<Database>,
  userId: number,
  upTo: number | undefined,
  at: Date,
): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('notification')
    .set({ read_at: at })
    .where('user_id', '=', BigInt(userId))
    .where('read_at', 'is', null)
    .$if(upTo !== undefined, query => query.where('id', '<=', BigInt(upTo ?? 0)))
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}

const fromRow = (row: Selectable<NotificationTable>): Notification => ({
  id: Number(row.id),
  userId: Number(row.user_id),
  accountId: row.account_id === null ? null : Number(row.account_id),
  kind: row.kind,
  severity: row.severity as Severity,
  locale: row.locale as Locale,
  params: row.params as object | null,
  title: row.title,
  body: row.body,
  link: row.link_type === null ? null : { type: row.link_type as Link['type'], id: Number(row.link_id) },
  at: row.at,
  readAt: row.read_at,
})
