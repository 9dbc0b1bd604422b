import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { deleteVm, type Vm } from '../api/vms.ts'
import { TrashIcon } from '../components/icons.tsx'
import { FormProblem } from '../components/problem.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog, Foot } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { Muted, Stack } from '../ui/layout.tsx'
import { toast } from '../ui/toast.tsx'
import { useSubmit } from './submit.ts'

/** Deleting a server for good: only whoever types its name can. */
export function VmDeleteForm({ vm }: { vm: Vm }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const form = useSubmit<number, unknown>(deleteVm, () => {
    toast(t('vm.deleting', { name: `\u2068${vm.name}\u2069` }))
    void queries.invalidateQueries({ queryKey: ['vms', 'list'] })
    return navigate({ to: '/customer/servers' })
  })
  const close = () => {
    setOpen(false)
    setTyped('')
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (typed === vm.name) void form.send(vm.id)
  }
  return (
    <Stack gap="small">
      <Muted>{t('vm.deleteText')}</Muted>
      <div>
        <Button tone="danger" icon={<TrashIcon />} onClick={() => setOpen(true)}>
          {t('vm.delete')}
        </Button>
      </div>
      <Dialog open={open} title={t('vm.deleteTitle')} closeLabel={t('act.close')} onClose={close}>
        <form onSubmit={submit}>
          <Stack gap="small">
            <FormProblem problem={form.problem} />
            <p>{t('vm.deleteWarning')}</p>
            <TextField
              label={t('vm.typeName', { name: `\u2068${vm.name}\u2069` })}
              name="confirmName"
              ltr
              autoComplete="off"
              spellCheck={false}
              value={typed}
              onChange={event => setTyped(event.target.value)}
            />
          </Stack>
          <Foot>
            <Button type="submit" tone="danger" busy={form.busy} disabled={typed !== vm.name}>
              {t('vm.delete')}
            </Button>
            <Button onClick={close}>{t('act.cancel')}</Button>
          </Foot>
        </form>
      </Dialog>
    </Stack>
  )
}
