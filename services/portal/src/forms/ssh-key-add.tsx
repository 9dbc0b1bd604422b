import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addSshKey, type SshKey } from '../api/vms.ts'
import { FormProblem } from '../components/problem.tsx'
import { Button } from '../ui/button.tsx'
import { Foot } from '../ui/dialog.tsx'
import { TextArea, TextField } from '../ui/field.tsx'
import { Stack } from '../ui/layout.tsx'
import { toast } from '../ui/toast.tsx'
import { useSubmit } from './submit.ts'

/** Adding a public key; the private half never leaves the person's machine, and the form says so. */
export function SshKeyAddForm({ onAdded }: { onAdded: (id: number) => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [publicKey, setPublicKey] = useState('')
  const form = useSubmit<{ name: string; publicKey: string }, SshKey>(addSshKey, async key => {
    toast(t('keys.added'))
    await queries.invalidateQueries({ queryKey: ['ssh-keys'] })
    onAdded(key.id)
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // A dialog stands inside the page's form in React's tree; its own submit must not travel there.
    event.stopPropagation()
    void form.send({ name: name.trim(), publicKey: publicKey.trim() })
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <FormProblem problem={form.problem} />
        <TextField
          label={t('keys.name')}
          name="keyName"
          dir="auto"
          required
          maxLength={100}
          value={name}
          error={form.faultOf('name')}
          onChange={event => setName(event.target.value)}
        />
        <TextArea
          label={t('keys.publicKey')}
          hint={t('keys.publicKeyHint')}
          name="publicKey"
          ltr
          required
          spellCheck={false}
          autoComplete="off"
          placeholder="ssh-ed25519 AAAA…"
          value={publicKey}
          error={form.faultOf('publicKey')}
          onChange={event => setPublicKey(event.target.value)}
        />
      </Stack>
      <Foot>
        <Button type="submit" tone="sun" busy={form.busy}>
          {t('keys.add')}
        </Button>
      </Foot>
    </form>
  )
}
