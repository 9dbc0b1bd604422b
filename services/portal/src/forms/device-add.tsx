import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addDevice, type Device, type DeviceKind, deviceKinds, type NewDevice } from '../api/repairs.ts'
import { FormProblem } from '../components/problem.tsx'
import { Button } from '../ui/button.tsx'
import { Foot } from '../ui/dialog.tsx'
import { Choice, TextField } from '../ui/field.tsx'
import { Stack } from '../ui/layout.tsx'
import { toast } from '../ui/toast.tsx'
import { useSubmit } from './submit.ts'

/** Registering a device that the customer owns. */
export function DeviceAddForm({ onAdded }: { onAdded: (device: Device) => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [kind, setKind] = useState<DeviceKind>('inverter')
  const [brand, setBrand] = useState('')
  const [model, setModel] = useState('')
  const [serial, setSerial] = useState('')
  const [warrantyUntil, setWarranty] = useState('')
  const form = useSubmit<NewDevice, Device>(addDevice, device => {
    toast(t('devices.added'))
    void queries.invalidateQueries({ queryKey: ['devices'] })
    onAdded(device)
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    event.stopPropagation()
    void form.send({ kind, brand, model, serial, ...(warrantyUntil === '' ? {} : { warrantyUntil }) })
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <FormProblem problem={form.problem} />
        <Choice
          label={t('devices.kind')}
          name="kind"
          value={kind}
          error={form.faultOf('kind')}
          options={deviceKinds.map(value => ({ value, label: t(`devices.kinds.${value}`) }))}
          onChange={event => setKind(event.target.value as DeviceKind)}
        />
        <DeviceWord name="brand" value={brand} onChange={setBrand} error={form.faultOf('brand')} />
        <DeviceWord name="model" value={model} onChange={setModel} error={form.faultOf('model')} />
        <DeviceWord name="serial" value={serial} onChange={setSerial} error={form.faultOf('serial')} />
        <TextField
          label={t('devices.warrantyField')}
          name="warrantyUntil"
          type="date"
          value={warrantyUntil}
          error={form.faultOf('warrantyUntil')}
          onChange={event => setWarranty(event.target.value)}
        />
      </Stack>
      <Foot>
        <Button type="submit" tone="sun" busy={form.busy}>
          {t('devices.add')}
        </Button>
      </Foot>
    </form>
  )
}

type DeviceWordProps = {
  name: 'brand' | 'model' | 'serial'
  value: string
  onChange: (value: string) => void
  error: string | undefined
}

function DeviceWord({ name, value, onChange, error }: DeviceWordProps) {
  const { t } = useTranslation()
  return (
    <TextField
      label={t(`devices.${name}`)}
      name={name}
      dir={name === 'serial' ? 'ltr' : 'auto'}
      required
      maxLength={100}
      autoComplete="off"
      value={value}
      error={error}
      onChange={event => onChange(event.target.value)}
    />
  )
}
