import { randomUUID } from 'node:crypto'
import { importJWK, type JWK, SignJWT } from 'jose'
import type { Principal } from './principal.ts'

/** Seconds an access token lives. */
export const accessTokenLifetimeS = 600

export type Signer = (principal: Principal, more?: { lifetimeS?: number; now?: Date }) => Promise<string>

/** Makes access tokens with an Ed25519 private key that carries its `kid`. Tokens live in real time, not business time. */
export function createSigner(
  privateJwk: JWK,
  { issuer = 'sahary', audience = 'sahary-api' }: { issuer?: string; audience?: string } = {},
): Signer {
  const key = importJWK(privateJwk, 'EdDSA')
  return async (principal, { lifetimeS = accessTokenLifetimeS, now = new Date() } = {}) => {
    const issuedAt = Math.floor(now.getTime() / 1000)
    return new SignJWT({
      sid: principal.sessionId,
      account: principal.accountId,
      member: principal.memberRole,
      roles: principal.roles,
      locale: principal.locale,
    })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', ...(privateJwk.kid ? { kid: privateJwk.kid } : {}) })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(String(principal.userId))
      .setJti(randomUUID())
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifetimeS)
      .sign(await key)
  }
}
