import { problemFrom, refused } from '../api/problem.ts'
import { steady } from '../api/steady.ts'
import { language } from '../i18n/i18n.ts'
import { adopt, end, portalHeaders, type Session } from './token.ts'

const call = async (path: string, body: object, again: boolean): Promise<Response> => {
  const send = () =>
    fetch(path, {
      method: 'POST',
      headers: { ...portalHeaders, 'accept-language': language() },
      body: JSON.stringify(body),
      credentials: 'same-origin',
      signal: AbortSignal.timeout(20_000),
    })
  const response = await (again ? steady(send) : send())
  if (!response.ok) throw refused(await problemFrom(response))
  return response
}

export type Credentials = { identifier: string; password: string }

export async function signIn(credentials: Credentials): Promise<void> {
  const response = await call('/api/auth/login', credentials, true)
  const { data } = (await response.json()) as { data: Session }
  adopt(data)
}

/** Makes a user and their account. The identifier is unique by itself, so this needs no idempotency key. */
export async function register(person: Credentials & { name: string }): Promise<void> {
  await call('/api/auth/register', { ...person, locale: language() }, false)
}

/** Ends the session everywhere it is known. Throws when the platform was not told: then nobody is signed out, here too. */
export async function signOut(): Promise<void> {
  await call('/api/auth/logout', {}, true)
  end(true)
}
