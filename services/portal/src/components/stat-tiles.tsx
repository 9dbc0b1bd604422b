import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { type DashboardStats, statsQuery } from '../api/dashboard.ts'
import { type Invoice, invoicesQuery } from '../api/invoices.ts'
import { Tiles } from '../ui/layout.tsx'
import { Count, Money } from './figures.tsx'
import { InvoiceIcon, RepairIcon, ServerIcon, UsageIcon } from './icons.tsx'
import { Link } from './link.tsx'
import { Loaded, usePages } from './loaded.tsx'
import classes from './stat-tiles.module.css'

/** The account in four figures, each a way to what it counts. */
export function StatTiles() {
  const { t } = useTranslation()
  const stats = useQuery(statsQuery)
  const invoices = usePages(invoicesQuery)
  const unpaid = unpaidOf(invoices.data?.pages.flatMap(page => page.data))
  return (
    <Loaded query={stats} rows={1}>
      {({ vms, invoice, repairs }) => (
        <Tiles least="9.5rem">
          <Tile
            to="/customer/servers"
            icon={<ServerIcon size={22} />}
            name={t('dashboard.runningServers')}
            stat="servers"
          >
            {vms && <Running of={vms} />}
          </Tile>
          <Tile to="/customer/usage" icon={<UsageIcon size={22} />} name={t('dashboard.thisMonth')} stat="month">
            {invoice && <Money minor={invoice.totalMinor} currency={invoice.currency} />}
          </Tile>
          <Tile to="/customer/invoices" icon={<InvoiceIcon size={22} />} name={t('dashboard.unpaid')} stat="unpaid">
            {invoices.isPending
              ? '…'
              : unpaid && (
                  <AtLeast more={invoices.hasNextPage}>
                    <Money minor={unpaid.minor} currency={unpaid.currency} />
                  </AtLeast>
                )}
          </Tile>
          <Tile to="/customer/repairs" icon={<RepairIcon size={22} />} name={t('dashboard.openRepairs')} stat="repairs">
            {repairs && (
              <AtLeast more={repairs.more}>
                <Count value={repairs.open} />
              </AtLeast>
            )}
          </Tile>
        </Tiles>
      )}
    </Loaded>
  )
}

/** What the latest invoices leave to be paid. */
function unpaidOf(invoices: readonly Invoice[] | undefined): { minor: number; currency: string } | null {
  if (!invoices) return null
  const unpaid = invoices.filter(invoice => invoice.status === 'due' || invoice.status === 'overdue')
  return {
    minor: unpaid.reduce((sum, invoice) => sum + invoice.totalMinor, 0),
    currency: invoices[0]?.currency ?? 'EGP',
  }
}

function Running({ of: { running, total, more } }: { of: NonNullable<DashboardStats['vms']> }) {
  return (
    <AtLeast more={more}>
      <bdi dir="ltr">
        <Count value={running} />
        <small> / </small>
        <small>
          <Count value={total} />
        </small>
      </bdi>
    </AtLeast>
  )
}

/** A figure that was counted in the latest of something: where there is more of it, it may be larger. */
function AtLeast({ more, children }: { more: boolean; children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <>
      {children} {more && <small>{t('dashboard.atLeast')}</small>}
    </>
  )
}

type TileProps = { to: string; icon: ReactNode; name: string; stat: string; children: ReactNode | null }

function Tile({ to, icon, name, stat, children }: TileProps) {
  const { t } = useTranslation()
  return (
    <Link to={to} className={classes.tile} data-testid="stat" data-key={stat}>
      <span className={classes.icon}>{icon}</span>
      <span className={classes.words}>
        <span className={classes.name}>{name}</span>
        <strong className={classes.figure}>{children ?? <small>{t('dashboard.notKnown')}</small>}</strong>
      </span>
    </Link>
  )
}
