import { useTranslation } from 'react-i18next'
import type { InvoiceLine } from '../api/invoices.ts'
import { formatMonth } from '../format/time.ts'
import { Table } from '../ui/table.tsx'
import { sumWh } from './day-series.ts'
import { Count, Energy, Money } from './figures.tsx'
import classes from './invoice-lines.module.css'
import { useStyle } from './style.ts'
import { SupplyBadge } from './vm-words.tsx'

/** What was bought: each line says its quantity, its price, and the energy it took. */
export function InvoiceLines({ lines, currency }: { lines: readonly InvoiceLine[]; currency: string }) {
  const { t } = useTranslation()
  const style = useStyle()
  return (
    <Table
      caption={t('invoice.lines')}
      testId="invoice-lines"
      rows={lines}
      keyOf={line => line.position}
      columns={[
        {
          key: 'what',
          title: t('invoice.what'),
          cell: line => (
            <span className={classes.what}>
              <span>
                <bdi>{line.vmName}</bdi> · {t(`invoice.kind.${line.kind}`)}
                {line.adjusts && <> ({t('invoice.adjusts', { month: formatMonth(`${line.adjusts}-15`, style) })})</>}
              </span>
              <SupplyBadge supply={line.supplyClass} />
            </span>
          ),
        },
        {
          key: 'quantity',
          title: t('invoice.quantity'),
          end: true,
          cell: line => (
            <>
              <Count value={line.quantity} places={5} />{' '}
              <small className={classes.unit}>{t(`invoice.unit.${line.kind}`)}</small>
            </>
          ),
        },
        {
          key: 'price',
          title: t('invoice.unitPrice'),
          end: true,
          cell: line => <Count value={line.unitPrice} places={6} />,
        },
        {
          key: 'energy',
          title: t('usage.energy'),
          end: true,
          cell: ({ energyWh }) => <Energy wattHours={sumWh(Object.values(energyWh))} />,
        },
        {
          key: 'net',
          title: t('invoice.net'),
          end: true,
          cell: line => (
            <strong>
              <Money minor={line.amountMinor} currency={currency} />
            </strong>
          ),
        },
      ]}
    />
  )
}
