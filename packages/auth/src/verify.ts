import { setTimeout as pause } from 'node:timers/promises'
import { Refusal } from '@sahary/contracts/refusal'
import { createRemoteJWKSet, decodeJwt, errors, type JWTVerifyGetKey, jwtVerify, type RemoteJWKSet } from 'jose'
import { Claims, type Principal, principalOf } from './principal.ts'
import type { Revoked } from './revoked.ts'

/** Turns an access token into its principal, or throws `token_invalid`, or `dependency_down` when no key can be had. */
export type Verify = (token: string) => Promise<Principal>

const refreshEveryMs = 10 * 60 * 1000
const firstTryEveryMs = 500

/**
 * Verifies access tokens by the keys that identity publishes. The keys are asked for at once, kept for as long as the
 * process lives and asked for again in the background, so that sign-ins stay valid while identity is down; an unknown
 * key asks at once, at most every 30 s.
 */
export function createVerifier(options: {
  jwksUrl: string
  issuer: string
  audience: string
  revoked?: Revoked
}): Verify {
  const keys = createRemoteJWKSet(new URL(options.jwksUrl), {
    timeoutDuration: 2000,
    cooldownDuration: 30_000,
    cacheMaxAge: Number.POSITIVE_INFINITY,
  })
  void loadFirst(keys)
  let asked = Date.now()
  const refresh = () => {
    if (Date.now() - asked < refreshEveryMs) return
    asked = Date.now()
    keys.reload().catch(() => {})
  }
  return async token => {
    refresh()
    return verifyWith(keys, options, token, keys)
  }
}

/** Has the keys before the first token comes: identity may be down by then, also for a service nobody has asked yet. */
async function loadFirst(keys: RemoteJWKSet): Promise<void> {
  while (keys.jwks() === undefined) await keys.reload().catch(() => pause(firstTryEveryMs, undefined, { ref: false }))
}

/** Verifies with keys at hand. */
export async function verifyWith(
  getKey: JWTVerifyGetKey,
  { issuer, audience, revoked }: { issuer: string; audience: string; revoked?: Revoked },
  token: string,
  remote?: RemoteJWKSet,
): Promise<Principal> {
  // jose accepts much by default: no `exp`, any `typ`, an `iat` in the future.
  const { payload } = await jwtVerify(token, getKey, {
    algorithms: ['EdDSA'],
    issuer,
    audience,
    typ: 'at+jwt',
    requiredClaims: ['exp', 'iat', 'sub', 'jti'],
    clockTolerance: 5,
    maxTokenAge: '15m',
  }).catch(error => {
    const known = error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)
    if (!known && remote && remote.jwks() === undefined)
      throw new Refusal('dependency_down', { retryAfterS: 5, cause: error })
    throw new Refusal('token_invalid', { cause: error })
  })
  const claims = Claims.safeParse(payload)
  if (!claims.success) throw new Refusal('token_invalid', { cause: claims.error })
  const principal = principalOf(claims.data)
  revoked?.refuse(principal, new Date(claims.data.iat * 1000))
  return principal
}

/** When a token that has been verified expires. */
export const expiryOf = (token: string): Date => new Date((decodeJwt(token).exp ?? 0) * 1000)
