import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Notification } from '../api/notifications.ts'
import { Spoken } from '../ui/layout.tsx'
import { Ago } from './figures.tsx'
import { DoneIcon } from './icons.tsx'
import { AlertIcon, InfoIcon } from './icons-entry.tsx'
import classes from './news.module.css'

const pictures = { info: InfoIcon, success: DoneIcon, warning: AlertIcon, danger: AlertIcon }

const places: Record<string, (id: number) => string> = {
  vm: id => `/customer/servers/${id}`,
  invoice: id => `/customer/invoices/${id}`,
  repair: id => `/customer/repairs/${id}`,
  device: () => '/customer/devices',
}
/** Where a notice leads inside the portal, if anywhere. */
export const placeOf = (link: Notification['link']): string | null =>
  link ? (places[link.type]?.(link.id) ?? null) : null

export type NewsListProps = { news: readonly Notification[]; compact?: boolean; onOpen?: (one: Notification) => void }

/** Notices, newest first; one that leads somewhere is a link. */
export function NewsList({ news, compact, onOpen }: NewsListProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  return (
    <ul className={classes.list} data-compact={compact || undefined}>
      {news.map(one => {
        const Picture = pictures[one.severity] ?? InfoIcon
        const place = placeOf(one.link)
        const open = () => {
          onOpen?.(one)
          if (place) void navigate({ to: place })
        }
        return (
          <li
            key={one.id}
            className={classes.item}
            data-testid="notif-item"
            data-id={one.id}
            data-state={one.readAt === null ? 'unread' : 'read'}
            data-severity={one.severity}
            data-kind={one.kind}
          >
            <span className={classes.picture}>
              <Picture size={compact ? 18 : 22} />
            </span>
            <div className={classes.words}>
              <button type="button" className={classes.title} onClick={open}>
                {one.readAt === null && <Spoken>{t('notifications.unreadMark')}</Spoken>}
                <bdi>{one.title}</bdi>
              </button>
              {!compact && (
                <p>
                  <bdi>{one.body}</bdi>
                </p>
              )}
              <span className={classes.at}>
                <Ago at={one.at} />
              </span>
            </div>
            {one.readAt === null && <span className={classes.unread} aria-hidden="true" />}
          </li>
        )
      })}
    </ul>
  )
}
