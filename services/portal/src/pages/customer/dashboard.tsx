import { useQuery } from '@tanstack/react-query'
import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { customerEnergyQuery, publicEnergyQuery } from '../../api/energy.ts'
import { notificationsQuery } from '../../api/notifications.ts'
import { vmsQuery } from '../../api/vms.ts'
import { AlertStrip } from '../../components/alert-strip.tsx'
import { EnergyCard } from '../../components/energy-card.tsx'
import { FirstSteps } from '../../components/first-steps.tsx'
import { PlusIcon, RepairIcon } from '../../components/icons.tsx'
import { ButtonLink, Link } from '../../components/link.tsx'
import { Loaded, usePages } from '../../components/loaded.tsx'
import { NewsList } from '../../components/news.tsx'
import { Page } from '../../components/page.tsx'
import { StatTiles } from '../../components/stat-tiles.tsx'
import { part } from '../../part.ts'
import { presentSession } from '../../session/token.ts'
import { Card } from '../../ui/card.tsx'
import { Aside, Muted, Stack } from '../../ui/layout.tsx'
import { Bones } from '../../ui/state.tsx'

const DayChart = part(() => import('../../components/day-chart.tsx'), 'DayChart')

export function DashboardPage() {
  const { t } = useTranslation()
  const vms = usePages(vmsQuery)
  const servers = vms.data?.pages.flatMap(page => page.data)
  return (
    <Page
      title={t('dashboard.title')}
      under={<Greeting />}
      actions={
        <>
          <ButtonLink to="/customer/repairs/new" icon={<RepairIcon />}>
            {t('repairs.new')}
          </ButtonLink>
          <ButtonLink to="/customer/servers/new" tone="sun" icon={<PlusIcon />}>
            {t('servers.new')}
          </ButtonLink>
        </>
      }
    >
      <Stack>
        <AlertStrip vms={servers ?? []} />
        <StatTiles />
        <Aside aside={<Beside hasServers={servers === undefined || servers.length > 0} />}>
          <Energies />
        </Aside>
      </Stack>
    </Page>
  )
}

function Greeting() {
  const { t } = useTranslation()
  return <>{t('dashboard.greeting', { name: `\u2068${presentSession()?.user.name ?? ''}\u2069` })}</>
}

/** The sites of the account's servers; before there is one, every site, so that the sun is seen from the first day. */
function Energies() {
  const { t } = useTranslation()
  const mine = useQuery(customerEnergyQuery)
  const everywhere = useQuery(publicEnergyQuery)
  const wanted = new Set(mine.data?.map(site => site.siteId))
  return (
    <Loaded query={everywhere} rows={2} tall>
      {sites => {
        const shown = wanted.size > 0 ? sites.filter(site => wanted.has(site.siteId)) : sites
        if (shown.length === 0) return <Card title={t('energy.now')}>{t('energy.noSite')}</Card>
        return (
          <>
            {shown.map(site => (
              <EnergyCard key={site.siteId} site={site} />
            ))}
            {mine.data
              ?.filter(site => site.slots.length > 0)
              .map(site => (
                <Card key={site.siteId} title={t('energy.today')} aside={<bdi>{site.name}</bdi>}>
                  <Suspense fallback={<Bones rows={1} tall label={t('loading', { ns: 'entry' })} />}>
                    <DayChart slots={site.slots} />
                  </Suspense>
                </Card>
              ))}
          </>
        )
      }}
    </Loaded>
  )
}

function Beside({ hasServers }: { hasServers: boolean }) {
  const { t } = useTranslation()
  const news = usePages(notificationsQuery(false))
  return (
    <>
      {!hasServers && <FirstSteps />}
      <Card title={t('dashboard.recent')} aside={<Link to="/customer/notifications">{t('act.all')}</Link>}>
        <Loaded query={news} rows={3}>
          {({ pages }) => {
            const latest = pages.flatMap(page => page.data).slice(0, 6)
            return latest.length === 0 ? <Muted>{t('dashboard.quiet')}</Muted> : <NewsList news={latest} compact />
          }}
        </Loaded>
      </Card>
    </>
  )
}
