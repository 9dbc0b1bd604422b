import { eventually } from '@sahary/testing/eventually'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { graceMs } from '../src/session/session.ts'
import { signInRates } from '../src/slowdown/slowdown.ts'
import { type Bed, freshEmail, openBed, password, signedIn } from './bed.ts'

let bed: Bed
beforeAll(async () => {
  bed = await openBed({ rates: signInRates(100_000) })
})
afterAll(() => bed.close())

const refresh = (refreshToken: string) => bed.post('/api/auth/refresh', { refreshToken })

describe('signing in', () => {
  it('gives an access token that says who it is for, and a session', async () => {
    const person = await signedIn(bed)
    const { body } = await bed.post('/api/auth/login', { identifier: person.identifier.toUpperCase(), password })
    expect(body.data).toEqual({
      accessToken: expect.any(String),
      expiresInS: 600,
      refreshToken: expect.stringMatching(/^srt_[\w-]{43}$/),
      user: person.user,
      account: person.account,
    })
    expect(decodeProtectedHeader(body.data.accessToken)).toEqual({
      alg: 'EdDSA',
      typ: 'at+jwt',
      kid: expect.any(String),
    })
    expect(decodeJwt(body.data.accessToken)).toEqual(
      expect.objectContaining({
        iss: 'sahary',
        aud: 'sahary-api',
        sub: String(person.user.id),
        account: person.account.id,
        member: 'owner',
        roles: [],
        locale: 'ar',
      }),
    )
    const events = await bed.said('user.signed_in')
    expect(events.at(-1)?.data).toEqual({
      userId: person.user.id,
      accountId: person.account.id,
      sessionId: decodeJwt(body.data.accessToken).sid,
    })
  })

  it('does not tell an unknown person from a wrong password', async () => {
    const { identifier } = await signedIn(bed)
    const wrong = await bed.post('/api/auth/login', { identifier, password: 'not this one' })
    const unknown = await bed.post('/api/auth/login', { identifier: freshEmail(), password: 'not this one' })
    const { requestId: _one, ...told } = wrong.body
    const { requestId: _other, ...toldToo } = unknown.body
    expect(wrong.status).toBe(401)
    expect(told).toEqual(toldToo)
    expect(told.code).toBe('sign_in_failed')
  })

  it('does the same work for an unknown person as for a known one', async () => {
    const hashed: (string | null)[] = []
    const passwords = { ...bed.deps.passwords }
    const spied = await openBed({
      rates: signInRates(1000),
      passwords: {
        ...passwords,
        matches: (text, hash) => {
          hashed.push(hash)
          return passwords.matches(text, hash)
        },
      },
    })
    await spied.post('/api/auth/login', { identifier: freshEmail(), password: 'whatever it may be' })
    expect(hashed).toEqual([null])
    await spied.close()
  })

  it('keeps a deactivated person out, and tells only whoever knows the password', async () => {
    const { identifier, user } = await signedIn(bed)
    await bed.database.pool.query('update person set deactivated_at = now() where id = $1', [user.id])
    expect((await bed.post('/api/auth/login', { identifier, password })).body.code).toBe('user_deactivated')
    expect((await bed.post('/api/auth/login', { identifier, password: 'not this one' })).body.code).toBe(
      'sign_in_failed',
    )
  })

  it.each([
    ['nothing', {}, 422],
    ['wrong types', { identifier: 5, password: ['x'] }, 422],
    ['an unknown field', { identifier: 'a@example.com', password: 'x', remember: true }, 422],
    ['an absurd password', { identifier: 'a@example.com', password: 'x'.repeat(1025) }, 422],
    ['no e-mail and no number', { identifier: "' or 1=1 --", password: 'x' }, 422],
    ['a body beyond all measure', { identifier: 'x'.repeat(20_000), password: 'x' }, 413],
    ['a list', [], 422],
    ['a bare text', 'null', 415],
  ])('refuses %s', async (_name, body, status) => {
    expect((await bed.post('/api/auth/login', body)).status).toBe(status)
  })
})

describe('a refresh token', () => {
  it('is spent once and gives the next', async () => {
    const person = await signedIn(bed)
    const first = await refresh(person.refreshToken)
    expect(first.status).toBe(200)
    expect(first.body.data.refreshToken).not.toBe(person.refreshToken)
    const second = await refresh(first.body.data.refreshToken)
    expect(second.status).toBe(200)
    expect(decodeJwt(second.body.data.accessToken).sid).toBe(decodeJwt(person.accessToken).sid)
  })

  it('gives two tabs that spend it at once the same successor', async () => {
    const person = await signedIn(bed)
    const answers = await Promise.all(Array.from({ length: 6 }, () => refresh(person.refreshToken)))
    expect(answers.map(answer => answer.status)).toEqual(Array(6).fill(200))
    expect(new Set(answers.map(answer => answer.body.data.refreshToken)).size).toBe(1)
    const { rows } = await bed.database.pool.query(
      'select count(*)::int as n from refresh_token where session_id = $1',
      [decodeJwt(person.accessToken).sid],
    )
    expect(rows[0].n).toBe(2)
  })

  it('that comes again after the grace ends the whole family and raises an alert', async () => {
    const person = await signedIn(bed)
    const next = (await refresh(person.refreshToken)).body.data.refreshToken
    bed.later(graceMs + 1)
    expect((await refresh(person.refreshToken)).body.code).toBe('refresh_invalid')
    expect((await refresh(next)).status).toBe(401)
    const { sid } = decodeJwt(person.accessToken)
    const revoked = (await bed.said('session.revoked')).filter(event => event.subject === sid)
    expect(revoked.map(event => event.data)).toEqual([
      expect.objectContaining({ userId: person.user.id, sessionId: sid, reason: 'reuse' }),
    ])
    const alerts = (await bed.said('security.alert_raised')).map(
      event => event.data as { userId: number; kind: string },
    )
    expect(alerts.filter(alert => alert.userId === person.user.id)).toEqual([
      expect.objectContaining({ kind: 'refresh_reuse' }),
    ])
    expect((await bed.get('/api/customer/profile', person.accessToken)).status).toBe(401)
  })

  it('of the generation before the last is a theft even within the grace', async () => {
    const person = await signedIn(bed)
    const second = (await refresh(person.refreshToken)).body.data.refreshToken
    const third = (await refresh(second)).body.data.refreshToken
    expect((await refresh(person.refreshToken)).status).toBe(401)
    expect((await refresh(third)).status).toBe(401)
  })

  it('that is raced by its own theft leaves no live session behind', async () => {
    const person = await signedIn(bed)
    const second = (await refresh(person.refreshToken)).body.data.refreshToken
    bed.later(graceMs + 1)
    await Promise.all([refresh(person.refreshToken), refresh(second), refresh(person.refreshToken)])
    const { rows } = await bed.database.pool.query('select revoked_reason from session where id = $1', [
      decodeJwt(person.accessToken).sid,
    ])
    expect(rows[0].revoked_reason).toBe('reuse')
    const revoked = (await bed.said('session.revoked')).filter(
      event => event.subject === decodeJwt(person.accessToken).sid,
    )
    expect(revoked).toHaveLength(1)
  })

  it('of a person who was deactivated gives nothing', async () => {
    const person = await signedIn(bed)
    await bed.database.pool.query('update person set deactivated_at = now() where id = $1', [person.user.id])
    expect((await refresh(person.refreshToken)).status).toBe(401)
  })

  it('is stored as a hash alone', async () => {
    const person = await signedIn(bed)
    const { rows } = await bed.database.pool.query(
      "select string_agg(encode(hash, 'escape'), '') as t from refresh_token",
    )
    expect(rows[0].t).not.toContain(person.refreshToken)
  })

  it.each([
    ['unknown', { refreshToken: `srt_${'x'.repeat(43)}` }, 401, 'refresh_invalid'],
    ['absent', {}, 422, 'refresh_required'],
    ['absurdly long', { refreshToken: 'x'.repeat(500) }, 422, 'validation_failed'],
    ['of the wrong type', { refreshToken: 5 }, 422, 'validation_failed'],
  ])('that is %s is refused', async (_name, body, status, code) => {
    const answer = await bed.post('/api/auth/refresh', body)
    expect([answer.status, answer.body.code]).toEqual([status, code])
    if (status === 422) expect(answer.body.errors[0].field).toBe('refreshToken')
  })
})

describe('signing out', () => {
  it('ends the session and its access tokens, once', async () => {
    const person = await signedIn(bed)
    expect((await bed.get('/api/customer/profile', person.accessToken)).status).toBe(200)
    const bye = () => bed.post('/api/auth/logout', { refreshToken: person.refreshToken })
    expect((await bye()).status).toBe(204)
    expect((await bye()).status).toBe(204)
    expect((await refresh(person.refreshToken)).status).toBe(401)
    expect((await bed.get('/api/customer/profile', person.accessToken)).body.code).toBe('token_invalid')
    const revoked = await bed.said('session.revoked')
    expect(revoked.filter(event => event.subject === decodeJwt(person.accessToken).sid)).toHaveLength(1)
  })
})

describe('the portal', () => {
  const portal = { 'x-sahary-client': 'portal' }

  it('has its refresh token in a cookie that no script and no other site can use', async () => {
    const { identifier } = await signedIn(bed)
    const login = await bed.post('/api/auth/login', { identifier, password }, portal)
    expect(login.body.data.refreshToken).toBeNull()
    const cookie = String(login.headers['set-cookie'])
    expect(cookie).toMatch(
      /^__Host-sahary-refresh=srt_[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    )
    const sent = { ...portal, cookie: cookie.split(';')[0]! }
    const foreign = await bed.post('/api/auth/refresh', undefined, { ...sent, 'sec-fetch-site': 'cross-site' })
    expect(foreign.body.code).toBe('cross_site_refused')
    const again = await bed.post('/api/auth/refresh', undefined, { ...sent, 'sec-fetch-site': 'same-origin' })
    expect([again.status, again.body.data.refreshToken]).toEqual([200, null])
    expect(String(again.headers['set-cookie'])).not.toBe(cookie)
    const next = { ...portal, cookie: String(again.headers['set-cookie']).split(';')[0]! }
    const out = await bed.post('/api/auth/logout', undefined, next)
    expect([out.status, String(out.headers['set-cookie'])]).toEqual([204, expect.stringContaining('Max-Age=0')])
    const gone = await bed.post('/api/auth/refresh', undefined, next)
    expect([gone.status, String(gone.headers['set-cookie'])]).toEqual([401, expect.stringContaining('Max-Age=0')])
  })

  it('is not served by its cookie without its header', async () => {
    const { refreshToken } = await signedIn(bed)
    const answer = await bed.post('/api/auth/refresh', undefined, { cookie: `__Host-sahary-refresh=${refreshToken}` })
    expect(answer.body.code).toBe('refresh_required')
  })
})

describe('the queue of hashes', () => {
  it('refuses what would wait too long, and recovers', async () => {
    const flood = Array.from({ length: 60 }, () =>
      bed.deps.passwords.hash('x').then(
        () => 'done',
        error => error.code,
      ),
    )
    const outcomes = await Promise.all(flood)
    expect(outcomes.filter(outcome => outcome === 'busy').length).toBeGreaterThan(20)
    await eventually(async () => expect(await bed.deps.passwords.hash('x')).toMatch(/^\$2b\$/))
  })
})
