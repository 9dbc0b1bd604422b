import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eventually } from '@sahary/testing/eventually'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Principal } from './principal.ts'
import { createRevoked } from './revoked.ts'
import { createSigner } from './sign.ts'
import { createVerifier } from './verify.ts'

const principal: Principal = {
  userId: 5,
  accountId: 9,
  memberRole: 'owner',
  roles: ['support'],
  sessionId: 'a5d7b9c0-0000-4000-8000-000000000001',
  locale: 'ar',
}
const names = { issuer: 'sahary', audience: 'sahary-api' }

let own: JWK
let publicKeys: JWK[]
let server: Server
let asked = 0
let url = ''
beforeAll(async () => {
  own = await newKey('one')
  publicKeys = [publicOf(own)]
  server = createServer((_request, response) => {
    asked++
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: publicKeys }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`
})
afterAll(() => new Promise(resolve => server.close(resolve)))

async function newKey(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  return { ...(await exportJWK(privateKey)), kid, alg: 'EdDSA' }
}
const publicOf = ({ d: _secret, ...key }: JWK): JWK => key

/** A token that is right but for what `bent` says. */
async function bentToken(
  bent: { sub?: string; typ?: string; alg?: string; exp?: boolean },
  key: JWK | Uint8Array = own,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const token = new SignJWT({ sid: principal.sessionId, account: 9, member: 'owner', roles: [], locale: 'ar' })
    .setProtectedHeader({ alg: bent.alg ?? 'EdDSA', typ: bent.typ ?? 'at+jwt', kid: 'one' })
    .setIssuer('sahary')
    .setAudience('sahary-api')
    .setSubject(bent.sub ?? '5')
    .setJti('x')
    .setIssuedAt(now)
  if (bent.exp !== false) token.setExpirationTime(now + 60)
  return token.sign(key)
}

describe('an access token', () => {
  it('tells who calls', async () => {
    const verify = createVerifier({ jwksUrl: url, ...names })
    expect(await verify(await createSigner(own)(principal))).toEqual(principal)
  })

  it('that is bent in no way is accepted', async () => {
    const verify = createVerifier({ jwksUrl: url, ...names })
    expect((await verify(await bentToken({}))).userId).toBe(5)
  })

  it.each<[string, () => Promise<string>]>([
    ['of another key', async () => createSigner({ ...(await newKey('one')) })(principal)],
    ['of a key nobody published', async () => createSigner(await newKey('two'))(principal)],
    ['that has expired', () => createSigner(own)(principal, { now: new Date(Date.now() - 700_000) })],
    ['from the future', () => createSigner(own)(principal, { now: new Date(Date.now() + 60_000) })],
    ['for somebody else', () => createSigner(own, { audience: 'other' })(principal)],
    ['by somebody else', () => createSigner(own, { issuer: 'other' })(principal)],
    ['of another type', () => bentToken({ typ: 'JWT' })],
    ['without an expiry', () => bentToken({ exp: false })],
    ['of nobody', () => bentToken({ sub: '0' })],
    ['of a text', () => bentToken({ sub: '5 or 1=1' })],
    ['by a shared secret', () => bentToken({ alg: 'HS256' }, new TextEncoder().encode(JSON.stringify(publicOf(own))))],
    ['without a signature', async () => `${btoa('{"alg":"none","typ":"at+jwt"}')}.${btoa('{"sub":"5"}')}.`],
    ['that is none', async () => 'abc'],
  ])('%s is refused', async (_what, make) => {
    const verify = createVerifier({ jwksUrl: url, ...names })
    await expect(make().then(verify)).rejects.toMatchObject({ code: 'token_invalid' })
  })

  it('of an unknown key asks identity once, not once per token', async () => {
    const verify = createVerifier({ jwksUrl: url, ...names })
    await verify(await createSigner(own)(principal))
    const before = asked
    const strange = await createSigner(await newKey('three'))(principal)
    for (let i = 0; i < 5; i++) await expect(verify(strange)).rejects.toMatchObject({ code: 'token_invalid' })
    expect(asked - before).toBeLessThanOrEqual(1)
  })
})

describe('while identity is away', () => {
  it('keys that were there still verify, also by whoever has not needed them yet; without any key the answer is "later"', async () => {
    const before = asked
    const unused = createVerifier({ jwksUrl: url, ...names })
    await eventually(() => expect(asked).toBe(before + 1))
    const verify = createVerifier({ jwksUrl: url, ...names })
    const token = await createSigner(own)(principal)
    await verify(token)
    const away = createVerifier({ jwksUrl: 'http://127.0.0.1:1/keys', ...names })
    await expect(away(token)).rejects.toMatchObject({ code: 'dependency_down' })
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
    expect(await verify(token)).toEqual(principal)
    expect(await unused(token)).toEqual(principal)
  })
})

describe('a revocation', () => {
  const token = { issuedAt: new Date('2026-03-01T10:00:00Z') }
  const at = (text: string) => () => new Date(text)
  const session = (revokedAt: string) =>
    ({ type: 'session.revoked', data: { sessionId: principal.sessionId, revokedAt } }) as const

  it('kills the tokens issued before it and no other', () => {
    const revoked = createRevoked(at('2026-03-01T10:05:00Z'))
    revoked.hear(session('2026-03-01T10:00:00.500Z'))
    revoked.hear(session('2026-03-01T10:00:00.500Z'))
    expect(() => revoked.refuse(principal, token.issuedAt)).toThrow(/no longer valid/)
    expect(() => revoked.refuse(principal, new Date('2026-03-01T10:00:01Z'))).not.toThrow()
    expect(() => revoked.refuse({ ...principal, sessionId: 'another' }, token.issuedAt)).not.toThrow()
    expect(revoked.size()).toBe(1)
  })

  it('of roles lets a token of the same second live, of a user does not', () => {
    const told = new Date('2026-03-01T10:00:00.500Z')
    const revoked = createRevoked(at('2026-03-01T10:05:00Z'))
    revoked.hear({ type: 'user.roles_changed', data: { userId: 5 } }, told)
    expect(() => revoked.refuse(principal, token.issuedAt)).not.toThrow()
    expect(() => revoked.refuse(principal, new Date('2026-03-01T09:59:59Z'))).toThrow()
    revoked.hear({ type: 'user.deactivated', data: { userId: 5 } }, told)
    expect(() => revoked.refuse(principal, token.issuedAt)).toThrow()
  })

  it('is forgotten when every token it could concern has expired', () => {
    let now = new Date('2026-03-01T10:00:00Z')
    const revoked = createRevoked(() => now)
    revoked.session('a', now)
    now = new Date('2026-03-01T10:20:00Z')
    revoked.session('b', now)
    revoked.session('old', new Date('2026-03-01T09:00:00Z'))
    expect(revoked.size()).toBe(1)
  })

  it('told by a clock that runs ahead does not outlive the present', () => {
    const revoked = createRevoked(at('2026-03-01T10:00:00Z'))
    revoked.user(5, new Date('2027-01-01T00:00:00Z'))
    expect(() => revoked.refuse(principal, new Date('2026-03-01T10:00:00Z'))).toThrow()
    expect(() => revoked.refuse(principal, new Date('2026-03-01T10:00:01Z'))).not.toThrow()
  })
})
