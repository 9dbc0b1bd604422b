import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { statsQuery } from '../api/dashboard.ts'
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
  const unpaid = unpaidOf(usePages(invoicesQuery).data?.pages.flatMap(page => page.data))
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
            {vms ? (
              <bdi dir="ltr">
                <Count value={vms.running} />
                <small> / </small>
                <small>
                  <Count value={vms.total} />
                </small>
              </bdi>
            ) : null}
          </Tile>
          <Tile to="/customer/usage" icon={<UsageIcon size={22} />} name={t('dashboard.thisMonth')} stat="month">
            {invoice ? <Money minor={invoice.totalMinor} currency={invoice.currency} /> : null}
          </Tile>
          <Tile to="/customer/invoices" icon={<InvoiceIcon size={22} />} name={t('dashboard.unpaid')} stat="unpaid">
            {unpaid && <Money minor={unpaid.minor} currency={unpaid.currency} />}
          </Tile>
          <Tile to="/customer/repairs" icon={<RepairIcon size={22} />} name={t('dashboard.openRepairs')} stat="repairs">
            {repairs ? <Count value={repairs.open} /> : null}
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
