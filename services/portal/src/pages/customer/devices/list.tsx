import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Device, devicesQuery } from '../../../api/repairs.ts'
import { Technical } from '../../../components/figures.tsx'
import { PlusIcon, RepairIcon } from '../../../components/icons.tsx'
import { ButtonLink } from '../../../components/link.tsx'
import { Pages, usePages } from '../../../components/loaded.tsx'
import { Page } from '../../../components/page.tsx'
import { EmptyScene } from '../../../components/scenery.tsx'
import { WarrantyState } from '../../../components/warranty.tsx'
import { DeviceAddForm } from '../../../forms/device-add.tsx'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Empty } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'

export function DevicesPage() {
  const { t } = useTranslation()
  const devices = usePages(devicesQuery)
  const [adding, setAdding] = useState(false)
  const add = (
    <Button tone="sun" icon={<PlusIcon />} onClick={() => setAdding(true)}>
      {t('devices.add')}
    </Button>
  )
  return (
    <Page title={t('devices.title')} under={t('devices.lead')} actions={add}>
      <Card tight>
        <Pages
          query={devices}
          countText={count => t('devices.count', { count })}
          empty={
            <Empty picture={<EmptyScene kind="devices" />} title={t('devices.emptyTitle')} action={add}>
              {t('devices.emptyText')}
            </Empty>
          }
        >
          {rows => <DevicesTable rows={rows} />}
        </Pages>
      </Card>
      <Dialog open={adding} title={t('devices.add')} closeLabel={t('act.close')} onClose={() => setAdding(false)} wide>
        <DeviceAddForm onAdded={() => setAdding(false)} />
      </Dialog>
    </Page>
  )
}

function DevicesTable({ rows }: { rows: Device[] }) {
  const { t } = useTranslation()
  return (
    <Table
      caption={t('devices.title')}
      rows={rows}
      keyOf={device => device.id}
      columns={[
        {
          key: 'name',
          title: t('devices.model'),
          cell: device => (
            <bdi>
              {device.brand} {device.model}
            </bdi>
          ),
        },
        { key: 'kind', title: t('devices.kind'), cell: device => t(`devices.kinds.${device.kind}`) },
        { key: 'serial', title: t('devices.serial'), cell: device => <Technical>{device.serial}</Technical> },
        {
          key: 'warranty',
          title: t('devices.warranty'),
          cell: device => <WarrantyState until={device.warrantyUntil} />,
        },
        {
          key: 'act',
          title: t('devices.repair'),
          end: true,
          cell: device => (
            <ButtonLink to="/customer/repairs/new" search={{ device: device.id }} small icon={<RepairIcon size={18} />}>
              {t('devices.ask')}
            </ButtonLink>
          ),
        },
      ]}
    />
  )
}
