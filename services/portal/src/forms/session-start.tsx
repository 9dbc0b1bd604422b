import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormProblem } from '../components/problem.tsx'
import { type Credentials, signIn } from '../session/sign-in.ts'
import { Button } from '../ui/button.tsx'
import { SecretField, TextField } from '../ui/field.tsx'
import { Stack } from '../ui/layout.tsx'
import { useSubmit } from './submit.ts'

/** Signing in. A refusal never says which of the two was wrong: it belongs to the form, not to a field. */
export function SessionStartForm({ goTo }: { goTo: string }) {
  const { t } = useTranslation('entry')
  const navigate = useNavigate()
  const [identifier, setIdentifier] = useState('')
  const [password, setPassword] = useState('')
  const [shown, setShown] = useState(false)
  const form = useSubmit<Credentials, void>(signIn, () => navigate({ href: goTo, replace: true }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void form.send({ identifier, password })
  }
  return (
    <form onSubmit={submit} method="post" action="/customer/login">
      <Stack>
        <FormProblem problem={form.problem} />
        <TextField
          id="loginIdentifier"
          name="identifier"
          label={t('session.identifier')}
          autoComplete="username"
          inputMode="email"
          autoCapitalize="none"
          spellCheck={false}
          ltr
          required
          autoFocus
          value={identifier}
          onChange={event => setIdentifier(event.target.value)}
        />
        <SecretField
          id="password"
          name="password"
          label={t('session.password')}
          autoComplete="current-password"
          required
          showLabel={t('session.showPassword')}
          hideLabel={t('session.hidePassword')}
          shown={shown}
          onShow={setShown}
          value={password}
          onChange={event => setPassword(event.target.value)}
        />
        <Button type="submit" tone="sun" wide busy={form.busy}>
          {t('session.signIn')}
        </Button>
      </Stack>
    </form>
  )
}
