import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { createVm, type NewVm, type Vm } from '../api/vms.ts'
import { FormProblem } from '../components/problem.tsx'
import { Button } from '../ui/button.tsx'
import { Aside } from '../ui/layout.tsx'
import { toast } from '../ui/toast.tsx'
import { useSubmit } from './submit.ts'
import { useVmChoices, VmChoices } from './vm-choices.tsx'
import { VmReview } from './vm-review.tsx'

/** Renting a server on one page: the choices, and what they cost beside them. */
export function VmCreateForm() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const chosen = useVmChoices()
  const { name, image, size, supplyClass, key, prices } = chosen
  const form = useSubmit<NewVm, Vm>(createVm, vm => {
    toast(t('servers.creating', { name: `\u2068${vm.name}\u2069` }))
    void queries.invalidateQueries({ queryKey: ['vms'] })
    return navigate({ to: '/customer/servers/$id', params: { id: String(vm.id) } })
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (image === null || size === null) return
    void form.send({ name, vmType: size.name, image, supplyClass, sshKeyIds: key === null ? [] : [key] })
  }
  const review = (
    <VmReview name={name} image={image} size={size} supplyClass={supplyClass} prices={prices}>
      <FormProblem problem={form.problem} />
      <Button type="submit" tone="sun" wide busy={form.busy} form="vm-create" disabled={key === null}>
        {t('servers.create')}
      </Button>
    </VmReview>
  )
  return (
    <Aside aside={review}>
      <form id="vm-create" onSubmit={submit}>
        <VmChoices chosen={chosen} faultOf={form.faultOf} />
      </form>
    </Aside>
  )
}
