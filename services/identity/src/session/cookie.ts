/** Whether the portal is served by TLS: browsers take a `__Host-` cookie only with `Secure`. */
export type CookieMode = { secure: boolean }

const nameOf = ({ secure }: CookieMode): string => (secure ? '__Host-sahary-refresh' : 'sahary-refresh')
const attributesOf = ({ secure }: CookieMode): string => `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`

/** The `Set-Cookie` that hands the portal its refresh token for `seconds`; no script can read it. */
export const refreshCookie = (mode: CookieMode, token: string, seconds: number): string =>
  `${nameOf(mode)}=${token}; Max-Age=${seconds}; ${attributesOf(mode)}`

/** The `Set-Cookie` that takes it away again. */
export const noRefreshCookie = (mode: CookieMode): string => `${nameOf(mode)}=; Max-Age=0; ${attributesOf(mode)}`

/** The refresh token in a `Cookie` header, or null. */
export function tokenInCookie(mode: CookieMode, header: string | undefined): string | null {
  const pairs = (header ?? '').split(';').map(pair => pair.trim())
  const own = pairs.find(pair => pair.startsWith(`${nameOf(mode)}=`))
  return own?.slice(nameOf(mode).length + 1) || null
}

/**
 * True when a browser says that a page of another site made this request (Fetch metadata); the cookie is then not
 * honoured. Clients that are no browsers send no such header, and no cookie either.
 */
export const isCrossSite = (fetchSite: string | undefined): boolean =>
  fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none'
