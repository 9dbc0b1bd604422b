import { steady } from '../api/steady.ts'

/**
 * The session of this tab. The access token lives in memory alone; the refresh token is a cookie that scripts cannot
 * read, so a page that is loaded again asks identity for a new access token.
 */
export type Person = { id: number; name: string; locale: 'ar' | 'en'; roles: readonly string[] }
export type Account = { id: number; name: string; role: string }
export type Session = { accessToken: string; expiresInS: number; user: Person; account: Account | null }

export const portalHeaders = { 'content-type': 'application/json', 'x-sahary-client': 'portal' } as const

let session: Session | null = null
let renewing: Promise<boolean> | null = null
const listeners = new Set<(wished: boolean) => void>()

export const accessToken = (): string | null => session?.accessToken ?? null
export const presentSession = (): Session | null => session

/** Calls back when the session is over: `wished` when the person signed out, and not when it ended by itself. */
export function onEnd(listener: (wished: boolean) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function adopt(next: Session): void {
  session = next
}

export function end(wished: boolean): void {
  session = null
  for (const listener of listeners) listener(wished)
}

async function askForToken(): Promise<boolean> {
  const ask = () =>
    fetch('/api/auth/refresh', {
      method: 'POST',
      headers: portalHeaders,
      body: '{}',
      credentials: 'same-origin',
      signal: AbortSignal.timeout(15_000),
    })
  // Identity gives the same successor twice within seconds, so a broken connection may ask again.
  const answer = await steady(ask)
  // Only a clear no ends the session; a platform that is away for a moment does not sign anybody out.
  if (answer.status === 401 || answer.status === 400 || answer.status === 403) {
    end(false)
    return false
  }
  if (!answer.ok) throw new Error(`refresh answered ${answer.status}`)
  const { data } = (await answer.json()) as { data: Session }
  if (session !== null && session.user.id !== data.user.id) {
    // Somebody else signed in with this browser: what one of them sees and sends must not become the other's.
    window.location.reload()
    return false
  }
  adopt(data)
  return true
}

/** A new access token, if this browser has a session; tabs take turns, for a refresh token is good once. */
export function renew(): Promise<boolean> {
  renewing ??= withTurn(askForToken).finally(() => {
    renewing = null
  })
  return renewing
}

const withTurn = (work: () => Promise<boolean>): Promise<boolean> =>
  'locks' in navigator ? navigator.locks.request('sahary.refresh', work) : work()

/** True when somebody is signed in, asking identity when this page does not know yet. */
export const ensureSession = async (): Promise<boolean> => session !== null || (await renew())
