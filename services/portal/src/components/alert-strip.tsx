import { useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { publicEnergyQuery } from '../api/energy.ts'
import { invoicesQuery } from '../api/invoices.ts'
import type { Vm } from '../api/vms.ts'
import type { Style } from '../format/number.ts'
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
  const noticed = vms.filter(vm => vm.powerNotice !== null)
  const shed = vms.filter(vm => vm.status === 'off' && vm.statusReason === 'energy')
  return (
    <Stack gap="small">
      {[...Map.groupBy(noticed, vm => vm.powerNotice!.stopAt)].map(([stopAt, some]) => (
        <Noticed key={stopAt} vms={some} stopAt={stopAt} />
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
  const at = `\u2068${formatClock(stopAt, style)}\u2069`
  return (
    <Notice mood="warn" icon={<BoltIcon />} live testId="shed-notice" state="notice" title={t('alert.noticeTitle')}>
      {t('alert.notice', { count: vms.length, names: namesOf(vms, t, style), at })}
    </Notice>
  )
}

function Shed({ vms }: { vms: readonly Vm[] }) {
  const { t } = useTranslation()
  const style = useStyle()
  const title = t('alert.shedTitle', { count: vms.length })
  return (
    <Notice mood="bad" icon={<BoltIcon />} testId="shed-notice" state="shed" title={title}>
      {t('alert.shed', { count: vms.length, names: namesOf(vms, t, style) })}
    </Notice>
  )
}

/** A battery that is low where the account's servers stand. */
function Low({ vms }: { vms: readonly Vm[] }) {
  const { t } = useTranslation()
  const { data: sites } = useQuery(publicEnergyQuery)
  const own = new Set(vms.map(vm => vm.siteId))
  const low = sites?.find(site => own.has(site.siteId) && site.level !== 'normal' && site.level !== 'watch')
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

const namedAtMost = 4

/** The first few by name, and how many others there are. */
function namesOf(vms: readonly Vm[], t: TFunction, { language }: Style): string {
  const names = vms.slice(0, namedAtMost).map(vm => `\u2068${vm.name}\u2069`)
  const others = vms.length - names.length
  return new Intl.ListFormat(language).format(others > 0 ? [...names, t('alert.others', { count: others })] : names)
}
