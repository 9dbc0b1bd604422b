import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { publicEnergyQuery } from '../api/energy.ts'
import { invoicesQuery } from '../api/invoices.ts'
import type { Vm } from '../api/vms.ts'
import { formatClock } from '../format/time.ts'
import { Stack } from '../ui/layout.tsx'
import { Notice } from '../ui/state.tsx'
import { lowSiteOf, namesOf } from './alerts.ts'
import { BoltIcon, InvoiceIcon } from './icons.tsx'
import { AlertIcon } from './icons-entry.tsx'
import { ButtonLink } from './link.tsx'
import { usePages } from './loaded.tsx'
import { useStyle } from './style.ts'

/** What must be known before anything else: servers that are about to be shed or were, and invoices overdue. */
export function AlertStrip({ vms }: { vms: readonly Vm[] }) {
  const noticed = vms.filter(vm => vm.powerNotice !== null)
  const shed = vms.filter(vm => vm.status === 'off' && vm.statusReason === 'energy')
  return (
    <Stack gap="small">
      {[...new Set(noticed.map(vm => vm.powerNotice!.stopAt))].map(stopAt => (
        <Noticed key={stopAt} vms={noticed.filter(vm => vm.powerNotice!.stopAt === stopAt)} stopAt={stopAt} />
      ))}
      {shed.length > 0 && <Shed vms={shed} />}
      {noticed.length + shed.length === 0 && <Low vms={vms} />}
      <Overdue />
    </Stack>
  )
}

function Noticed({ vms, stopAt }: { vms: readonly Vm[]; stopAt: string }) {
  const { t } = useTranslation()
  const style = useStyle()
  const names = namesOf(vms, style.language, count => t('alert.others', { count }))
  const at = `\u2068${formatClock(stopAt, style)}\u2069`
  return (
    <Notice mood="warn" icon={<BoltIcon />} live testId="shed-notice" state="notice" title={t('alert.noticeTitle')}>
      {t('alert.notice', { count: vms.length, names, at })}
    </Notice>
  )
}

function Shed({ vms }: { vms: readonly Vm[] }) {
  const { t } = useTranslation()
  const { language } = useStyle()
  const names = namesOf(vms, language, count => t('alert.others', { count }))
  const title = t('alert.shedTitle', { count: vms.length })
  return (
    <Notice mood="bad" icon={<BoltIcon />} testId="shed-notice" state="shed" title={title}>
      {t('alert.shed', { count: vms.length, names })}
    </Notice>
  )
}

/** A battery that is low where the account's servers stand. */
function Low({ vms }: { vms: readonly Vm[] }) {
  const { t } = useTranslation()
  const { data: sites } = useQuery(publicEnergyQuery)
  const low = lowSiteOf(sites ?? [], vms)
  return low ? (
    <Notice mood="warn" icon={<BoltIcon />} testId="shed-notice" state={low.level} title={t('alert.lowTitle')}>
      {t(`energy.levelMeaning.${low.level}`)}
    </Notice>
  ) : null
}

function Overdue() {
  const { t } = useTranslation()
  const invoices = usePages(invoicesQuery).data?.pages.flatMap(page => page.data)
  const count = invoices?.filter(invoice => invoice.status === 'overdue').length ?? 0
  return count > 0 ? (
    <Notice
      mood="bad"
      icon={<AlertIcon />}
      testId="overdue-notice"
      title={t('alert.overdue', { count })}
      action={
        <ButtonLink to="/customer/invoices" small icon={<InvoiceIcon />}>
          {t('nav.invoices')}
        </ButtonLink>
      }
    />
  ) : null
}
