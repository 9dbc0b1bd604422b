import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { pricesQuery } from '../api/prices.ts'
import { createVm, imagesQuery, type NewVm, type SupplyClass, sshKeysQuery, type Vm, vmTypesQuery } from '../api/vms.ts'
import { Loaded } from '../components/loaded.tsx'
import { FormProblem } from '../components/problem.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { TextField } from '../ui/field.tsx'
import { Aside, Stack } from '../ui/layout.tsx'
import { toast } from '../ui/toast.tsx'
import { useSubmit } from './submit.ts'
import { KeyChoice } from './vm-key-choose.tsx'
import { ImageChoice, SizeChoice, SupplyChoice } from './vm-parts.tsx'
import { VmReview } from './vm-review.tsx'

/** Renting a server, top to bottom on one page: image, promise of power, size, key, name; what it costs stands beside. */
export function VmCreateForm() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const types = useQuery(vmTypesQuery)
  const images = useQuery(imagesQuery)
  const { data: prices } = useQuery(pricesQuery)
  const { data: keys } = useQuery(sshKeysQuery)
  const [image, setImage] = useState<string | null>(null)
  const [vmType, setVmType] = useState<string | null>(null)
  const [supplyClass, setSupply] = useState<SupplyClass>('always_on')
  const [keyId, setKeyId] = useState<number | null>(null)
  const [name, setName] = useState('')
  const form = useSubmit<NewVm, Vm>(createVm, vm => {
    toast(t('servers.creating', { name: `\u2068${vm.name}\u2069` }))
    void queries.invalidateQueries({ queryKey: ['vms'] })
    void navigate({ to: '/customer/servers/$id', params: { id: String(vm.id) } })
  })
  const chosenImage = image ?? images.data?.[0]?.name ?? null
  const least = images.data?.find(one => one.name === chosenImage)?.leastMemoryMib ?? 0
  const fitting = types.data?.filter(type => type.memoryMib >= least)
  const chosenType = fitting?.find(type => type.name === vmType) ?? fitting?.[0] ?? null
  const chosenKey = keyId ?? keys?.[0]?.id ?? null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (chosenImage === null || chosenType === null) return
    void form.send({
      name,
      vmType: chosenType.name,
      image: chosenImage,
      supplyClass,
      sshKeyIds: chosenKey === null ? [] : [chosenKey],
    })
  }
  const review = (
    <VmReview name={name} image={chosenImage} size={chosenType} supplyClass={supplyClass} prices={prices ?? null}>
      <FormProblem problem={form.problem} />
      <Button type="submit" tone="sun" wide busy={form.busy} form="vm-create" disabled={chosenKey === null}>
        {t('servers.create')}
      </Button>
    </VmReview>
  )
  return (
    <Aside aside={review}>
      <form id="vm-create" onSubmit={submit}>
        <Stack>
          <Loaded query={images} rows={1}>
            {all => (
              <Card>
                <ImageChoice images={all} value={chosenImage} onChange={setImage} error={form.faultOf('image')} />
              </Card>
            )}
          </Loaded>
          <Card>
            <SupplyChoice value={supplyClass} onChange={setSupply} error={form.faultOf('supplyClass')} />
          </Card>
          <Loaded query={types} rows={2}>
            {all => (
              <Card>
                <SizeChoice
                  sizes={all}
                  leastMemoryMib={least}
                  prices={prices?.prices[supplyClass] ?? null}
                  currency={prices?.currency ?? 'EGP'}
                  value={chosenType?.name ?? null}
                  onChange={setVmType}
                  error={form.faultOf('vmType')}
                />
              </Card>
            )}
          </Loaded>
          <Card>
            <KeyChoice value={chosenKey} onChange={setKeyId} error={form.faultOf('sshKeyIds')} />
          </Card>
          <Card>
            <TextField
              label={t('servers.name')}
              hint={t('servers.nameHint')}
              name="name"
              ltr
              required
              maxLength={63}
              autoComplete="off"
              spellCheck={false}
              value={name}
              error={form.faultOf('name')}
              onChange={event => setName(event.target.value)}
            />
          </Card>
        </Stack>
      </form>
    </Aside>
  )
}
