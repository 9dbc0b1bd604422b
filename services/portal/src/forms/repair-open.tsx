import { type InfiniteData, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Device, devicesQuery, type NewRepair, openRepair, type Repair, repairCategories } from '../api/repairs.ts'
import type { Answer } from '../api/request.ts'
import { Loaded, type LoadedProps, usePages } from '../components/loaded.tsx'
import { FormProblem } from '../components/problem.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Foot } from '../ui/dialog.tsx'
import { Choice, TextArea } from '../ui/field.tsx'
import { Stack } from '../ui/layout.tsx'
import { toast } from '../ui/toast.tsx'
import { useSubmit } from './submit.ts'

type Devices = LoadedProps<Device[]>['query']

/** Asking for a repair: which device, what is wrong, in the customer's own words. */
export function RepairOpenForm({ deviceId }: { deviceId: number | null }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const devices = useAllDevices()
  const [wanted, setDevice] = useState(deviceId === null ? '' : String(deviceId))
  // A device in the address that is not among theirs is shown as none, and so it is sent as none.
  const device = devices.data?.every(one => String(one.id) !== wanted) ? '' : wanted
  const [category, setCategory] = useState<Repair['category']>(repairCategories[0])
  const [description, setDescription] = useState('')
  const form = useSubmit<NewRepair, Repair>(openRepair, repair => {
    toast(t('repairs.opened'))
    void queries.invalidateQueries({ queryKey: ['repairs'] })
    return navigate({ to: '/customer/repairs/$id', params: { id: String(repair.id) } })
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void form.send({ ...(device === '' ? {} : { deviceId: Number(device) }), category, description, submit: true })
  }
  return (
    <Card>
      <form onSubmit={submit}>
        <Stack>
          <FormProblem problem={form.problem} />
          <DeviceChoice devices={devices} value={device} onChange={setDevice} error={form.faultOf('deviceId')} />
          <Choice
            label={t('repairs.category')}
            name="category"
            value={category}
            error={form.faultOf('category')}
            options={repairCategories.map(value => ({ value, label: t(`repair.category.${value}`) }))}
            onChange={event => setCategory(event.target.value as Repair['category'])}
          />
          <TextArea
            label={t('repairs.description')}
            hint={t('repairs.descriptionHint')}
            name="description"
            rows={6}
            required
            minLength={10}
            maxLength={4000}
            value={description}
            error={form.faultOf('description')}
            onChange={event => setDescription(event.target.value)}
          />
        </Stack>
        <Foot>
          <Button type="submit" tone="sun" busy={form.busy}>
            {t('repairs.send')}
          </Button>
        </Foot>
      </form>
    </Card>
  )
}

const allOf = {
  ...devicesQuery,
  select: ({ pages }: InfiniteData<Answer<Device[]>>) => pages.flatMap(page => page.data),
}

/** All of the customer's devices, page by page, for there may be more of them than one page holds. */
function useAllDevices(): Devices {
  const query = usePages(allOf)
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = query
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage()
  }, [hasNextPage, isFetching, isError, fetchNextPage])
  return { ...query, data: hasNextPage ? undefined : data }
}

type DeviceChoiceProps = {
  devices: Devices
  value: string
  onChange: (id: string) => void
  error: string | undefined
}

/** One of the customer's devices, or (the empty choice) none of them. */
function DeviceChoice({ devices, value, onChange, error }: DeviceChoiceProps) {
  const { t } = useTranslation()
  return (
    <Loaded query={devices} rows={1}>
      {all => (
        <Choice
          label={t('repairs.device')}
          name="deviceId"
          value={value}
          error={error}
          options={[
            { value: '', label: t('repairs.noDevice') },
            ...all.map(one => ({ value: String(one.id), label: `${one.brand} ${one.model} (${one.serial})` })),
          ]}
          onChange={event => onChange(event.target.value)}
        />
      )}
    </Loaded>
  )
}
