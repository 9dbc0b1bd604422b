import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Prices } from '../api/prices.ts'
import type { SupplyClass, VmType } from '../api/vms.ts'
import { Money } from '../components/figures.tsx'
import { estimate } from '../components/price-estimate.ts'
import { useStyle } from '../components/style.ts'
import { SupplyBadge } from '../components/vm-words.tsx'
import { formatPercent } from '../format/number.ts'
import { Card } from '../ui/card.tsx'
import classes from './vm-parts.module.css'

type Chosen = {
  name: string
  image: string | null
  size: VmType | null
  supplyClass: SupplyClass
  prices: Prices | null
}

/** What is about to be rented and the most it can cost, before the button that rents it. */
export function VmReview({ name, image, size, supplyClass, prices, children }: Chosen & { children: ReactNode }) {
  const { t } = useTranslation()
  const unitPrices = prices?.prices[supplyClass]
  const cost = size && unitPrices ? estimate(size, unitPrices) : null
  const currency = prices?.currency ?? 'EGP'
  return (
    <Card title={t('servers.review')}>
      <dl className={classes.review}>
        <div>
          <dt>{t('servers.name')}</dt>
          <dd>{name === '' ? '—' : <bdi>{name}</bdi>}</dd>
        </div>
        <div>
          <dt>{t('servers.image')}</dt>
          <dd>
            <bdi>{image ?? '—'}</bdi>
          </dd>
        </div>
        <div>
          <dt>{t('servers.size')}</dt>
          <dd>
            <bdi>{size?.name ?? '—'}</bdi>
          </dd>
        </div>
        <div>
          <dt>{t('servers.supply')}</dt>
          <dd>
            <SupplyBadge supply={supplyClass} />
          </dd>
        </div>
        {cost && (
          <>
            <div>
              <dt>{t('servers.hourly')}</dt>
              <dd>
                <Money minor={cost.hourMinor} currency={currency} />
              </dd>
            </div>
            <div className={classes.total}>
              <dt>{t('servers.wholeMonth')}</dt>
              <dd>
                <Money minor={cost.monthMinor} currency={currency} />
              </dd>
            </div>
          </>
        )}
      </dl>
      {prices && <CostNote vatPercent={prices.vatPercent} />}
      {children}
    </Card>
  )
}

function CostNote({ vatPercent }: { vatPercent: string }) {
  const { t } = useTranslation()
  const vat = formatPercent(Number(vatPercent), useStyle(), 2)
  return <p className={classes.small}>{t('servers.costNote', { vat })}</p>
}
