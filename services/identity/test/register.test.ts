import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bed, freshEmail, openBed, password } from './bed.ts'

let bed: Bed
beforeAll(async () => {
  bed = await openBed({ rates: { ...(await import('../src/slowdown/slowdown.ts')).signInRates(100_000) } })
})
afterAll(() => bed.close())

const register = (more: Record<string, unknown> = {}) =>
  bed.post('/api/auth/register', { identifier: freshEmail(), password, name: 'منى السيد', ...more })
const rows = async () => {
  const { rows } = await bed.database.pool.query(`select (select count(*)::int from person) as people,
    (select count(*)::int from account) as accounts, (select count(*)::int from account_member) as members,
    (select count(*)::int from outbox) as events, (select count(*)::int from audit) as audits`)
  return rows[0]
}

describe('registering', () => {
  it('makes the person, their account, both events and the audit row', async () => {
    const before = await rows()
    const { status, body } = await register({ identifier: '٠١٠١٢٣٤٥٦٧٨', locale: 'ar' })
    expect(status).toBe(201)
    const { user, account } = body.data
    expect(user).toEqual({
      id: expect.any(Number),
      name: 'منى السيد',
      email: null,
      mobile: '+201012345678',
      locale: 'ar',
      roles: [],
      active: true,
      createdAt: '2026-11-20T10:00:00.000Z',
    })
    expect(account).toEqual({ id: expect.any(Number), name: 'منى السيد', role: 'owner', suspendedAt: null })
    const said = await bed.said('user.registered', 'account.created')
    expect(said.slice(-2).map(event => [event.type, event.subject, event.sequence, event.data])).toEqual([
      [
        'user.registered',
        String(user.id),
        1,
        { userId: user.id, name: user.name, email: null, mobile: user.mobile, locale: 'ar', roles: [] },
      ],
      [
        'account.created',
        String(account.id),
        1,
        { accountId: account.id, ownerUserId: user.id, name: user.name, locale: 'ar' },
      ],
    ])
    const after = await rows()
    expect(after).toEqual({
      people: before.people + 1,
      accounts: before.accounts + 1,
      members: before.members + 1,
      events: before.events + 2,
      audits: before.audits + 1,
    })
  })

  it('refuses an identifier that is taken, in any of its forms, and leaves nothing half-made', async () => {
    const before = await rows()
    for (const identifier of ['01012345678', '+20 101 234 5678', '00201012345678']) {
      const { status, body } = await register({ identifier })
      expect([status, body.code, body.errors[0].field]).toEqual([409, 'identifier_taken', 'identifier'])
    }
    expect(await rows()).toEqual(before)
  })

  it('lets one of many who race for an identifier through', async () => {
    const identifier = freshEmail()
    const before = await rows()
    const answers = await Promise.all(Array.from({ length: 8 }, () => register({ identifier })))
    expect(answers.map(answer => answer.status).sort()).toEqual([201, ...Array(7).fill(409)])
    const after = await rows()
    expect(after.people).toBe(before.people + 1)
    expect(after.accounts).toBe(before.accounts + 1)
  })

  it('says what is wrong in the language of the caller', async () => {
    const { body } = await bed.post(
      '/api/auth/register',
      { identifier: 'nobody', password, name: 'x' },
      { 'accept-language': 'ar' },
    )
    expect(body.errors[0].message).toBe('أدخل بريدًا إلكترونيًا أو رقم موبايل مصريًا.')
  })

  it.each([
    ['no name', { name: undefined }, 'name', 'field_required'],
    ['a blank name', { name: ' \u200f ' }, 'name', 'name_required'],
    ['a name with a line break', { name: 'a\nb' }, 'name', 'name_required'],
    ['an absurdly long name', { name: 'x'.repeat(121) }, 'name', 'field_too_big'],
    ['a name of the wrong type', { name: 7 }, 'name', 'field_type'],
    ['a list as identifier', { identifier: ['a@example.com'] }, 'identifier', 'field_type'],
    ['an absurdly long identifier', { identifier: `${'a'.repeat(400)}@example.com` }, 'identifier', 'field_too_big'],
    ['a foreign mobile', { identifier: '+966501234567' }, 'identifier', 'identifier_invalid'],
    ['a short password', { password: 'short' }, 'password', 'password_too_short'],
    ['a long password', { password: 'x'.repeat(129) }, 'password', 'password_too_long'],
    ['an absurd password', { password: 'x'.repeat(2000) }, 'password', 'field_too_big'],
    ['a common password', { password: 'Password123' }, 'password', 'password_too_common'],
    [
      'a password that is the mobile number',
      { identifier: '01112345678', password: '01112345678' },
      'password',
      'password_too_common',
    ],
    ['an unknown language', { locale: 'fr' }, 'locale', 'field_choice'],
    ['a role one would like', { roles: ['admin'] }, 'roles', 'unknown_field'],
    ['a text with U+0000', { name: 'a\u0000b' }, 'name', 'text_unreadable'],
    ['a lone surrogate', { name: 'a\ud800b' }, 'name', 'text_unreadable'],
  ])('refuses %s and changes no row', async (_name, more, field, code) => {
    const before = await rows()
    const { status, body } = await register(more)
    expect([status, body.errors[0]]).toEqual([expect.any(Number), expect.objectContaining({ field, code })])
    expect([400, 422]).toContain(status)
    expect(await rows()).toEqual(before)
  })
})

describe('hashes', () => {
  it('are bcrypt of the peppered password and nowhere in an answer, event or audit row', async () => {
    const { body } = await register()
    const { rows } = await bed.database.pool.query('select password_hash from person where id = $1', [
      body.data.user.id,
    ])
    expect(rows[0].password_hash).toMatch(/^\$2b\$04\$/)
    const all = await bed.database.pool.query('select string_agg(data::text, $1) as t from outbox', [''])
    const audits = await bed.database.pool.query('select string_agg(after::text, $1) as t from audit', [''])
    for (const text of [JSON.stringify(body), all.rows[0].t, audits.rows[0].t]) {
      expect(text).not.toContain('$2b$')
      expect(text).not.toContain(password)
    }
  })
})
