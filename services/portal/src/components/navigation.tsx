import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Menu } from '../ui/menu.tsx'
import { Brand } from './brand.tsx'
import {
  BellIcon,
  DeviceIcon,
  HomeIcon,
  InvoiceIcon,
  MoreIcon,
  RepairIcon,
  ServerIcon,
  SettingsIcon,
  UsageIcon,
} from './icons.tsx'
import { Link } from './link.tsx'
import classes from './navigation.module.css'

type Place = { to: string; text: string; icon: ReactNode }

const usePlaces = () => {
  const { t } = useTranslation()
  return {
    dashboard: { to: '/customer/dashboard', text: t('nav.dashboard'), icon: <HomeIcon size={21} /> },
    servers: { to: '/customer/servers', text: t('nav.servers'), icon: <ServerIcon size={21} /> },
    usage: { to: '/customer/usage', text: t('nav.usage'), icon: <UsageIcon size={21} /> },
    invoices: { to: '/customer/invoices', text: t('nav.invoices'), icon: <InvoiceIcon size={21} /> },
    devices: { to: '/customer/devices', text: t('nav.devices'), icon: <DeviceIcon size={21} /> },
    repairs: { to: '/customer/repairs', text: t('nav.repairs'), icon: <RepairIcon size={21} /> },
    notifications: { to: '/customer/notifications', text: t('nav.notifications'), icon: <BellIcon size={21} /> },
    settings: { to: '/customer/settings/appearance', text: t('nav.appearance'), icon: <SettingsIcon size={21} /> },
  } satisfies Record<string, Place>
}

const placeLink = ({ to, text, icon }: Place) => (
  <li key={to}>
    <Link to={to} className={classes.place} activeProps={{ className: classes.here, 'aria-current': 'page' }}>
      {icon}
      <span>{text}</span>
    </Link>
  </li>
)

/** The main navigation of a wide page. */
export function Sidebar() {
  const { t } = useTranslation()
  const { dashboard, servers, usage, invoices, devices, repairs, settings } = usePlaces()
  return (
    <div className={classes.sidebar}>
      <nav aria-label={t('nav.main')}>
        <Link to="/customer/dashboard" className={classes.brand} aria-label={t('nav.home')}>
          <Brand />
        </Link>
        <ul>{[dashboard, servers, usage, invoices].map(placeLink)}</ul>
        <p className={classes.heading}>{t('nav.hardware')}</p>
        <ul>{[devices, repairs].map(placeLink)}</ul>
        <p className={classes.heading}>{t('nav.settings')}</p>
        <ul>{[settings].map(placeLink)}</ul>
      </nav>
    </div>
  )
}

/** The main navigation of a phone: the four places people go most, and the rest behind one button. */
export function BottomBar() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { dashboard, servers, devices, repairs, ...rest } = usePlaces()
  return (
    <nav className={classes.bottom} aria-label={t('nav.main')}>
      <ul>
        {[dashboard, servers, devices, repairs].map(placeLink)}
        <li>
          <Menu
            target={
              <button type="button" className={classes.place}>
                <MoreIcon size={21} />
                <span>{t('nav.more')}</span>
              </button>
            }
            entries={Object.values(rest).map(({ to, text, icon }) => ({
              key: to,
              label: text,
              icon,
              onChoose: () => void navigate({ to }),
            }))}
          />
        </li>
      </ul>
    </nav>
  )
}
