import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { usageQuery } from '../../../api/usage.ts'
import { type Vm, vmActionsQuery, vmQuery } from '../../../api/vms.ts'
import { CopyLine } from '../../../components/copy-line.tsx'
import { EnergyBySource } from '../../../components/energy-by-source.tsx'
import { Ago, At, Count, Memory, Technical } from '../../../components/figures.tsx'
import { BoltIcon } from '../../../components/icons.tsx'
import { knownOf, Loaded, usePages } from '../../../components/loaded.tsx'
import { Page } from '../../../components/page.tsx'
import { PowerButtons } from '../../../components/power-buttons.tsx'
import { VmActivity } from '../../../components/vm-activity.tsx'
import { SupplyBadge, VmStatus } from '../../../components/vm-words.tsx'
import { VmDeleteForm } from '../../../forms/vm-delete.tsx'
import { Card, Facts } from '../../../ui/card.tsx'
import { Aside, Muted, Row, Stack } from '../../../ui/layout.tsx'
import { Notice } from '../../../ui/state.tsx'

export function ServerPage() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/signed-in/customer/servers/$id' })
  const vm = useQuery(vmQuery(Number(id)))
  const back = { to: '/customer/servers', label: t('servers.title') }
  const there = knownOf(vm)
  return (
    <Page
      key={there?.id}
      title={there?.name ?? t('servers.one')}
      back={back}
      badge={there && <VmStatus status={there.status} />}
      actions={there && <PowerButtons vm={there} />}
    >
      <Loaded query={vm} rows={3} tall>
        {known => <Server vm={known} />}
      </Loaded>
    </Page>
  )
}

function Server({ vm }: { vm: Vm }) {
  const { t } = useTranslation()
  return (
    <Stack>
      <PowerNotices vm={vm} />
      <Aside aside={<Beside vm={vm} />}>
        <Card title={t('vm.connect')}>
          <CopyLine
            text={`ssh ${vm.ssh.port === 22 ? '' : `-p ${vm.ssh.port} `}root@${vm.ssh.host}`}
            label={t('vm.copySsh')}
            testId="ssh-command"
          />
          {vm.ssh.hostKeyFingerprint && (
            <p>
              <Muted>{t('vm.hostKey')}</Muted> <Technical>{vm.ssh.hostKeyFingerprint}</Technical>
            </p>
          )}
        </Card>
        <VmEnergy vm={vm} />
        <Card title={t('vm.activity')}>
          <Loaded query={useQuery(vmActionsQuery(vm.id))}>{actions => <VmActivity actions={actions} />}</Loaded>
        </Card>
        <Card title={t('vm.deleteTitle')}>
          <VmDeleteForm vm={vm} />
        </Card>
      </Aside>
    </Stack>
  )
}

function PowerNotices({ vm }: { vm: Vm }) {
  const { t } = useTranslation()
  const shed = vm.status === 'off' && vm.statusReason === 'energy'
  if (vm.powerNotice)
    return (
      <Notice mood="warn" icon={<BoltIcon />} live testId="shed-notice" state="notice" title={t('alert.noticeTitle')}>
        {t('vm.noticeOwn')} <At at={vm.powerNotice.stopAt} />
      </Notice>
    )
  if (shed)
    return (
      <Notice
        mood="bad"
        icon={<BoltIcon />}
        testId="shed-notice"
        state="shed"
        title={t('alert.shedTitle', { count: 1 })}
      >
        {t('vm.shedOwn')}
      </Notice>
    )
  // The cap of a server that is off is felt by nobody.
  return vm.cpuCapped && vm.status === 'running' ? (
    <Notice mood="warn" icon={<BoltIcon />} testId="shed-notice" state="capped" title={t('vm.cappedTitle')}>
      {t('vm.cappedOwn')}
    </Notice>
  ) : null
}

function Beside({ vm }: { vm: Vm }) {
  const { t } = useTranslation()
  return (
    <Card title={t('vm.facts')}>
      <Facts
        facts={[
          { name: t('servers.supply'), value: <SupplyBadge supply={vm.spec.supplyClass} /> },
          { name: t('servers.address'), value: <Technical>{vm.ssh.host}</Technical> },
          { name: t('servers.image'), value: <bdi>{vm.image}</bdi> },
          { name: t('servers.size'), value: <bdi>{vm.spec.vmType}</bdi> },
          { name: t('vm.vcpus'), value: <Count value={vm.spec.vcpus} /> },
          { name: t('vm.memory'), value: <Memory mib={vm.spec.memoryMib} /> },
          { name: t('vm.disk'), value: <Memory mib={vm.spec.diskGib * 1024} /> },
          { name: t('servers.created'), value: <Ago at={vm.createdAt} /> },
        ]}
      />
    </Card>
  )
}

function VmEnergy({ vm }: { vm: Vm }) {
  const { t } = useTranslation()
  const usage = usePages(usageQuery(vm.id))
  return (
    <Card title={t('vm.energy')} aside={t('usage.lastThirty')}>
      <Loaded query={usage} rows={1}>
        {({ pages: [latest] }) =>
          latest && (
            <Stack gap="small">
              <EnergyBySource energy={latest.meta.totals.energyWh} totalWh={latest.meta.totals.totalWh} />
              <Row>
                <Muted>
                  {t('usage.runningHours')}: <Count value={latest.meta.totals.runningHours} places={1} />
                </Muted>
              </Row>
            </Stack>
          )
        }
      </Loaded>
    </Card>
  )
}
