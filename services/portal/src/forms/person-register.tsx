import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormProblem } from '../components/problem.tsx'
import { type Credentials, register, signIn } from '../session/sign-in.ts'
import { Button } from '../ui/button.tsx'
import { SecretField, TextField } from '../ui/field.tsx'
import { Stack } from '../ui/layout.tsx'
import { useSubmit } from './submit.ts'

type NewPerson = Credentials & { name: string }

async function join(person: NewPerson): Promise<void> {
  await register(person)
  await signIn({ identifier: person.identifier, password: person.password })
}

/** Making an account; whoever has made one is signed in. */
export function PersonRegisterForm() {
  const { t } = useTranslation('entry')
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [identifier, setIdentifier] = useState('')
  const [password, setPassword] = useState('')
  const [shown, setShown] = useState(false)
  const form = useSubmit<NewPerson, void>(join, () => void navigate({ to: '/customer/dashboard', replace: true }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void form.send({ name, identifier, password })
  }
  return (
    <form onSubmit={submit} method="post" action="/customer/register">
      <Stack>
        <FormProblem problem={form.problem} />
        <TextField
          id="name"
          name="name"
          label={t('session.name')}
          autoComplete="name"
          dir="auto"
          required
          maxLength={120}
          value={name}
          error={form.faultOf('name')}
          onChange={event => setName(event.target.value)}
        />
        <TextField
          id="loginIdentifier"
          name="identifier"
          label={t('session.identifier')}
          hint={t('session.identifierHint')}
          autoComplete="username"
          inputMode="email"
          autoCapitalize="none"
          spellCheck={false}
          ltr
          required
          value={identifier}
          error={form.faultOf('identifier')}
          onChange={event => setIdentifier(event.target.value)}
        />
        <SecretField
          id="password"
          name="password"
          label={t('session.password')}
          hint={t('session.passwordHint')}
          autoComplete="new-password"
          required
          showLabel={t('session.showPassword')}
          hideLabel={t('session.hidePassword')}
          shown={shown}
          onShow={setShown}
          value={password}
          error={form.faultOf('password')}
          onChange={event => setPassword(event.target.value)}
        />
        <Button type="submit" tone="sun" wide busy={form.busy}>
          {t('session.register')}
        </Button>
      </Stack>
    </form>
  )
}
