import { useNavigate } from '@tanstack/react-router'
import { type ChangeEventHandler, type FormEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormProblem } from '../components/problem.tsx'
import { type Credentials, register, signIn } from '../session/sign-in.ts'
import { Button } from '../ui/button.tsx'
import { SecretField, TextField } from '../ui/field.tsx'
import { Stack } from '../ui/layout.tsx'
import { useSubmit } from './submit.ts'

type NewPerson = Credentials & { name: string }

/** Registers and signs in; whoever was registered already, and could not be signed in, is only signed in. */
async function join(person: NewPerson, registered: Set<string>): Promise<void> {
  const { identifier, password } = person
  if (!registered.has(identifier)) await register(person)
  registered.add(identifier)
  await signIn({ identifier, password })
}

/** Making an account; whoever has made one is signed in. */
export function PersonRegisterForm() {
  const { t } = useTranslation('entry')
  const navigate = useNavigate()
  const [person, setPerson] = useState<NewPerson>({ name: '', identifier: '', password: '' })
  const registered = useRef(new Set<string>())
  const form = useSubmit<NewPerson, void>(
    wanted => join(wanted, registered.current),
    () => navigate({ to: '/customer/dashboard', replace: true }),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void form.send(person)
  }
  const part = (field: keyof NewPerson): Part => ({
    value: person[field],
    error: form.faultOf(field),
    onChange: ({ target: { value } }) => setPerson(before => ({ ...before, [field]: value })),
  })
  return (
    <form onSubmit={submit} method="post" action="/customer/register">
      <Stack>
        <FormProblem problem={form.problem} />
        <NameField {...part('name')} />
        <IdentifierField {...part('identifier')} />
        <PasswordField {...part('password')} />
        <Button type="submit" tone="sun" wide busy={form.busy}>
          {t('session.register')}
        </Button>
      </Stack>
    </form>
  )
}

type Part = { value: string; error: string | undefined; onChange: ChangeEventHandler<HTMLInputElement> }

function NameField(part: Part) {
  const { t } = useTranslation('entry')
  return (
    <TextField
      id="name"
      name="name"
      label={t('session.name')}
      autoComplete="name"
      dir="auto"
      required
      maxLength={120}
      {...part}
    />
  )
}

function IdentifierField(part: Part) {
  const { t } = useTranslation('entry')
  return (
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
      {...part}
    />
  )
}

function PasswordField(part: Part) {
  const { t } = useTranslation('entry')
  const [shown, setShown] = useState(false)
  return (
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
      {...part}
    />
  )
}
