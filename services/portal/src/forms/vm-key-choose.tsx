import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sshKeysQuery } from '../api/vms.ts'
import { Technical } from '../components/figures.tsx'
import { PlusIcon } from '../components/icons.tsx'
import { Loaded } from '../components/loaded.tsx'
import { Button } from '../ui/button.tsx'
import { ChoiceCards } from '../ui/choice-cards.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Stack } from '../ui/layout.tsx'
import { SshKeyAddForm } from './ssh-key-add.tsx'

type KeyChoiceProps = { value: number | null; onChange: (id: number) => void; error: string | undefined }

/** The key that will open the server: one of the account's, or a new one without leaving the page. */
export function KeyChoice({ value, onChange, error }: KeyChoiceProps) {
  const { t } = useTranslation()
  const keys = useQuery(sshKeysQuery)
  const [adding, setAdding] = useState(false)
  const added = (id: number) => {
    onChange(id)
    setAdding(false)
  }
  return (
    <Loaded query={keys} rows={1}>
      {all => (
        <Stack gap="small">
          <ChoiceCards
            name="sshKeyIds"
            legend={t('keys.legend')}
            hint={t(all.length === 0 ? 'keys.noneYet' : 'keys.hint')}
            error={error}
            value={value === null ? null : String(value)}
            onChange={id => onChange(Number(id))}
            cards={all.map(key => ({
              value: String(key.id),
              title: <bdi>{key.name}</bdi>,
              note: <Technical>{key.fingerprint}</Technical>,
            }))}
          />
          <div>
            <Button icon={<PlusIcon />} onClick={() => setAdding(true)}>
              {t('keys.add')}
            </Button>
          </div>
          <Dialog open={adding} title={t('keys.add')} closeLabel={t('act.close')} onClose={() => setAdding(false)} wide>
            <SshKeyAddForm onAdded={added} />
          </Dialog>
        </Stack>
      )}
    </Loaded>
  )
}
