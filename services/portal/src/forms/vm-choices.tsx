import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { pricesQuery } from '../api/prices.ts'
import { imagesQuery, type SupplyClass, sshKeysQuery, vmTypesQuery } from '../api/vms.ts'
import { Loaded } from '../components/loaded.tsx'
import { Card } from '../ui/card.tsx'
import { TextField } from '../ui/field.tsx'
import { Stack } from '../ui/layout.tsx'
import type { Submit } from './submit.ts'
import { KeyChoice } from './vm-key-choose.tsx'
import { ImageChoice, SizeChoice, SupplyChoice } from './vm-parts.tsx'

/** What a server will be: as it was chosen, or what is offered first where nothing was yet. */
export function useVmChoices() {
  const types = useQuery(vmTypesQuery)
  const images = useQuery(imagesQuery)
  const { data: prices } = useQuery(pricesQuery)
  const { data: keys } = useQuery(sshKeysQuery)
  const [wantedImage, setImage] = useState<string | null>(null)
  const [wantedSize, setSize] = useState<string | null>(null)
  const [supplyClass, setSupply] = useState<SupplyClass>('always_on')
  const [wantedKey, setKey] = useState<number | null>(null)
  const [name, setName] = useState('')
  const image = wantedImage ?? images.data?.[0]?.name ?? null
  const leastMemoryMib = images.data?.find(one => one.name === image)?.leastMemoryMib ?? 0
  const fitting = types.data?.filter(type => type.memoryMib >= leastMemoryMib)
  const size = fitting?.find(type => type.name === wantedSize) ?? fitting?.[0] ?? null
  const key = wantedKey ?? keys?.[0]?.id ?? null
  const offered = { types, images, prices: prices ?? null, leastMemoryMib }
  return { ...offered, image, setImage, size, setSize, supplyClass, setSupply, key, setKey, name, setName }
}
export type VmChosen = ReturnType<typeof useVmChoices>

/** The choices, top to bottom: image, promise of power, size, key, name. */
export function VmChoices({ chosen, faultOf }: { chosen: VmChosen } & Pick<Submit<never>, 'faultOf'>) {
  const { types, images, prices, leastMemoryMib, supplyClass } = chosen
  return (
    <Stack>
      <Loaded query={images} rows={1}>
        {all => (
          <Card>
            <ImageChoice images={all} value={chosen.image} onChange={chosen.setImage} error={faultOf('image')} />
          </Card>
        )}
      </Loaded>
      <Card>
        <SupplyChoice value={supplyClass} onChange={chosen.setSupply} error={faultOf('supplyClass')} />
      </Card>
      <Loaded query={types} rows={2}>
        {all => (
          <Card>
            <SizeChoice
              sizes={all}
              leastMemoryMib={leastMemoryMib}
              prices={prices?.prices[supplyClass] ?? null}
              currency={prices?.currency ?? 'EGP'}
              value={chosen.size?.name ?? null}
              onChange={chosen.setSize}
              error={faultOf('vmType')}
            />
          </Card>
        )}
      </Loaded>
      <Card>
        <KeyChoice value={chosen.key} onChange={chosen.setKey} error={faultOf('sshKeyIds')} />
      </Card>
      <Card>
        <NameField value={chosen.name} onChange={chosen.setName} error={faultOf('name')} />
      </Card>
    </Stack>
  )
}

type NameFieldProps = { value: string; onChange: (name: string) => void; error: string | undefined }

function NameField({ value, onChange, error }: NameFieldProps) {
  const { t } = useTranslation()
  return (
    <TextField
      label={t('servers.name')}
      hint={t('servers.nameHint')}
      name="name"
      ltr
      required
      maxLength={63}
      autoComplete="off"
      spellCheck={false}
      value={value}
      error={error}
      onChange={event => onChange(event.target.value)}
    />
  )
}
