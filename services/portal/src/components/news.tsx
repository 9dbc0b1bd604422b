import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type Notification, readOne } from '../api/notifications.ts'
import { problemOf } from '../api/problem.ts'
import { Spoken } from '../ui/layout.tsx'
import { toast } from '../ui/toast.tsx'
import { Ago } from './figures.tsx'
import { DoneIcon } from './icons.tsx'
import { AlertIcon, InfoIcon } from './icons-entry.tsx'
import { Link } from './link.tsx'
import classes from './news.module.css'

const pictures = { info: InfoIcon, success: DoneIcon, warning: AlertIcon, danger: AlertIcon }

const places: Record<string, (id: number) => string> = {
  vm: id => `/customer/servers/${id}`,
  invoice: id => `/customer/invoices/${id}`,
  repair: id => `/customer/repairs/${id}`,
  device: () => '/customer/devices',
}
/** Where a notice leads inside the portal, if anywhere. */
const placeOf = (link: Notification['link']): string | null => (link ? (places[link.type]?.(link.id) ?? null) : null)

/** Marks a notice read, once; what counts the unread looks again. */
function useReading(): (one: Notification) => void {
  const queries = useQueryClient()
  return ({ id, readAt }) => {
    if (readAt !== null) return
    readOne(id).then(
      () => queries.invalidateQueries({ queryKey: ['notifications'] }),
      error => toast(problemOf(error).title, 'bad'),
    )
  }
}

/** Notices, newest first. */
export function NewsList({ news, compact }: { news: readonly Notification[]; compact?: boolean }) {
  const read = useReading()
  return (
    <ul className={classes.list} data-compact={compact || undefined}>
      {news.map(one => {
        const Picture = pictures[one.severity] ?? InfoIcon
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
              <Title one={one} onOpen={() => read(one)} />
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

/** A link where a notice leads somewhere; otherwise a button as long as there is something to mark, and then text. */
function Title({ one, onOpen }: { one: Notification; onOpen: () => void }) {
  const { t } = useTranslation()
  const place = placeOf(one.link)
  const unread = one.readAt === null
  const words = (
    <>
      {unread && <Spoken>{t('notifications.unreadMark')}</Spoken>}
      <bdi>{one.title}</bdi>
    </>
  )
  if (place)
    return (
      <Link to={place} className={classes.title} onClick={onOpen}>
        {words}
      </Link>
    )
  return unread ? (
    <button type="button" className={classes.title} onClick={onOpen}>
      {words}
    </button>
  ) : (
    <span className={classes.title}>{words}</span>
  )
}
