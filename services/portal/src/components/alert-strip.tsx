import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { publicEnergyQuery } from '../api/energy.ts'
import { invoicesQuery } from '../api/invoices.ts'
import type { Vm } from '../api/vms.ts'
import { formatClock } from '../format/time.ts'
import { Stack } from '../ui/layout.tsx'
import { Notice } from '../ui/state.tsx'
import { BoltIcon, InvoiceIcon } from './icons.tsx'
import { AlertIcon } from './icons-entry.tsx'
import { ButtonLink } from './link.tsx'
import { usePages } from './loaded.tsx'
import { useStyle } from './style.ts'

/** What must be known before anything else: servers that are about to be shed or were, and invoices overdue. */
export function AlertStrip({ vms }: { vms: readonly Vm[] }) {
  const { t } = useTranslation()
  const style = useStyle()
  const { data: sites } = useQuery(publicEnergyQuery)
  const invoices = usePages(invoicesQuery).data?.pages.flatMap(page => page.data)
  const noticed = vms.filter(vm => vm.powerNotice !== null)
  const shed = vms.filter(vm => vm.status === 'off' && vm.statusReason === 'energy')
  const names = (some: readonly Vm[]) =>
    new Intl.ListFormat(style.language).format(some.slice(0, 4).map(vm => `\u2068${vm.name}\u2069`))
  const stopAt = noticed.map(vm => vm.powerNotice!.stopAt).sort()[0]
  const low = sites?.find(site => site.level !== 'normal' && site.level !== 'watch')
  const overdue = invoices?.filter(invoice => invoice.status === 'overdue').length ?? 0
  return (
    <Stack gap="small">
      {stopAt !== undefined && (
        <Notice mood="warn" icon={<BoltIcon />} live testId="shed-notice" state="notice" title={t('alert.noticeTitle')}>
          {t('alert.notice', { names: names(noticed), at: `\u2068${formatClock(stopAt, style)}\u2069` })}
        </Notice>
      )}
      {shed.length > 0 && (
        <Notice mood="bad" icon={<BoltIcon />} testId="shed-notice" state="shed" title={t('alert.shedTitle')}>
          {t('alert.shed', { names: names(shed) })}
        </Notice>
      )}
      {low && stopAt === undefined && shed.length === 0 && (
        <Notice mood="warn" icon={<BoltIcon />} testId="shed-notice" state={low.level} title={t('alert.lowTitle')}>
          {t(`energy.levelMeaning.${low.level}`)}
        </Notice>
      )}
      {overdue > 0 && (
        <Notice
          mood="bad"
          icon={<AlertIcon />}
          testId="overdue-notice"
          title={t('alert.overdue', { count: overdue })}
          action={
            <ButtonLink to="/customer/invoices" small icon={<InvoiceIcon />}>
              {t('nav.invoices')}
            </ButtonLink>
          }
        />
      )}
    </Stack>
  )
}
