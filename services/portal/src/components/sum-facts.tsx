import { useTranslation } from 'react-i18next'
import type { Draft } from '../api/invoices.ts'
import { Facts, type FactsProps } from '../ui/card.tsx'
import { Money } from './figures.tsx'

type Sums = Pick<Draft, 'netMinor' | 'vatMinor' | 'totalMinor' | 'currency'>
export type SumFactsProps = { of: Sums; total: string; testId?: string; before?: FactsProps['facts'] }

/** What a bill comes to, before and after VAT, below what else is to be known of it. */
export function SumFacts({
  of: { netMinor, vatMinor, totalMinor, currency },
  total,
  testId,
  before = [],
}: SumFactsProps) {
  const { t } = useTranslation()
  return (
    <Facts
      facts={[
        ...before,
        { name: t('invoice.net'), value: <Money minor={netMinor} currency={currency} /> },
        { name: t('invoice.vat'), value: <Money minor={vatMinor} currency={currency} /> },
        { name: total, value: <Money minor={totalMinor} currency={currency} {...(testId ? { testId } : {})} /> },
      ]}
    />
  )
}
