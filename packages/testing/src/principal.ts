import { randomUUID } from 'node:crypto'
import type { Principal } from '@sahary/auth/principal'
import { createSigner } from '@sahary/auth/sign'
import { type Verify, verifyWith } from '@sahary/auth/verify'
import { createLocalJWKSet, exportJWK, generateKeyPair } from 'jose'

const keys = generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true }).then(
  async ({ privateKey, publicKey }) => ({
    sign: createSigner({ ...(await exportJWK(privateKey)), kid: 'tests' }),
    published: createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'tests', alg: 'EdDSA' }] }),
  }),
)

/** An access token as identity signs it, for whoever the test needs: by default user 1, owner of account 1, in English. */
export async function tokenFor(who: Partial<Principal> = {}): Promise<string> {
  const { sign } = await keys
  return sign({
    userId: 1,
    accountId: 1,
    memberRole: 'owner',
    roles: [],
    sessionId: randomUUID(),
    locale: 'en',
    ...who,
  })
}

/** A staff member's token: no account, these roles. */
export const staffToken = (...roles: string[]): Promise<string> =>
  tokenFor({ userId: 900, accountId: null, memberRole: null, roles })

/** `authorization` header of such a person, ready for `app.inject({ headers })`. */
export async function bearer(who: Partial<Principal> = {}): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${await tokenFor(who)}` }
}

/** The real verifier, with the key of `tokenFor` instead of identity's. */
export function testVerifier(): Verify {
  return async token => verifyWith((await keys).published, { issuer: 'sahary', audience: 'sahary-api' }, token)
}
