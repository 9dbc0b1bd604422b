import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { unreadQuery } from '../api/notifications.ts'
import { formatNumber } from '../format/number.ts'
import { presentSession } from '../session/token.ts'
import { Spoken } from '../ui/layout.tsx'
import { Menu } from '../ui/menu.tsx'
import { Brand } from './brand.tsx'
import { ConnectionState } from './connection.tsx'
import { BellIcon, LogoutIcon, SettingsIcon } from './icons.tsx'
import { Link } from './link.tsx'
import classes from './masthead.module.css'
import { leave } from './sign-out.ts'
import { useStyle } from './style.ts'
import { LanguageSwitch, ThemeSwitch } from './switches.tsx'

/** What stands over every page: is it live, language, theme, news, and who is signed in. */
export function Masthead() {
  const { t } = useTranslation()
  return (
    <header className={classes.masthead}>
      <Link to="/customer/dashboard" className={classes.brand} aria-label={t('nav.home')}>
        <Brand />
      </Link>
      <ConnectionState />
      <div className={classes.tools}>
        <span className={classes.wide}>
          <LanguageSwitch />
        </span>
        <ThemeSwitch />
        <Bell />
        <PersonMenu />
      </div>
    </header>
  )
}

function Bell() {
  const { t } = useTranslation()
  const style = useStyle()
  const { data: unread = 0 } = useQuery(unreadQuery)
  return (
    <Link to="/customer/notifications" className={classes.bell} data-testid="notif-bell">
      <BellIcon size={22} />
      <Spoken>{t('nav.notifications')}</Spoken>
      <span data-testid="notif-count" data-count={unread} className={classes.count} data-some={unread > 0 || undefined}>
        <span aria-hidden="true">{unread > 0 ? formatNumber(Math.min(unread, 99), style) : ''}</span>
        <Spoken live>{t('notifications.unreadCount', { count: unread })}</Spoken>
      </span>
    </Link>
  )
}

function PersonMenu() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const name = presentSession()?.user.name ?? ''
  return (
    <Menu
      heading={<bdi className={classes.person}>{name}</bdi>}
      target={
        <button
          type="button"
          className={classes.avatar}
          aria-label={t('nav.person', { name })}
          data-testid="person-menu"
        >
          <span aria-hidden="true">{[...name][0] ?? '·'}</span>
        </button>
      }
      entries={[
        {
          key: 'appearance',
          label: t('nav.appearance'),
          icon: <SettingsIcon />,
          onChoose: () => void navigate({ to: '/customer/settings/appearance' }),
        },
        { key: 'logout', label: t('nav.logout'), icon: <LogoutIcon />, danger: true, onChoose: () => void leave() },
      ]}
    />
  )
}
