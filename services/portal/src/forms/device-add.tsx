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
  const text = (name: 'brand' | 'model' | 'serial', value: string, set: (value: string) => void) => (
    <TextField
      label={t(`devices.${name}`)}
      name={name}
      dir={name === 'serial' ? 'ltr' : 'auto'}
      required
      maxLength={100}
      autoComplete="off"
      value={value}
      error={form.faultOf(name)}
      onChange={event => set(event.target.value)}
    />
  )
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
        {text('brand', brand, setBrand)}
        {text('model', model, setModel)}
        {text('serial', serial, setSerial)}
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
