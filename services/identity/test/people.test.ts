import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signInRates } from '../src/slowdown/slowdown.ts'
import { ensureFirstAdmin } from '../src/user/actions.ts'
import { type Bed, openBed, signedIn } from './bed.ts'

let bed: Bed
const admin = { identifier: 'admin@sahary.test', password: 'first among equals' }
beforeAll(async () => {
  bed = await openBed({ rates: signInRates(100_000) })
})
afterAll(() => bed.close())

describe('the first admin', () => {
  it('is made once, also when replicas race', async () => {
    await Promise.all(Array.from({ length: 4 }, () => ensureFirstAdmin(bed.deps, admin)))
    await ensureFirstAdmin(bed.deps, { ...admin, password: 'another password' })
    const said = (await bed.said('user.registered')).map(event => event.data as { roles: string[] })
    expect(said.filter(data => data.roles.includes('admin'))).toHaveLength(1)
    const { status, body } = await bed.post('/api/auth/login', admin)
    expect([status, body.data.account, body.data.user.roles]).toEqual([200, null, ['admin']])
  })

  it('is not made when the environment names none, and not with a weak password', async () => {
    await ensureFirstAdmin(bed.deps, { identifier: undefined, password: undefined })
    const weak = ensureFirstAdmin(bed.deps, { identifier: 'other@sahary.test', password: 'password1' })
    await expect(weak).rejects.toThrow()
  })
})

describe('people', () => {
  it('see themselves and the account they act for', async () => {
    const person = await signedIn(bed)
    const { body } = await bed.get('/api/customer/profile', person.accessToken)
    expect(body.data).toEqual({ user: person.user, account: person.account })
  })

  it('are listed page by page for staff who may read them', async () => {
    for (let count = 0; count < 5; count++) await signedIn(bed)
    const token = (await bed.post('/api/auth/login', admin)).body.data.accessToken
    const seen: number[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page = await bed.get(`/api/admin/users?limit=2${cursor ? `&cursor=${cursor}` : ''}`, token)
      expect(page.status).toBe(200)
      seen.push(...page.body.data.map((user: { id: number }) => user.id))
      cursor = page.body.meta.nextCursor
    }
    const { rows } = await bed.database.pool.query('select id::int from person order by id desc')
    expect(seen).toEqual(rows.map(row => row.id))
  })

  it('are not listed for customers, nor for nobody', async () => {
    const person = await signedIn(bed)
    expect((await bed.get('/api/admin/users', person.accessToken)).status).toBe(403)
    expect((await bed.get('/api/admin/users')).status).toBe(401)
    expect((await bed.get('/api/customer/profile', 'not.a.token')).status).toBe(401)
  })

  it.each(['limit=0', 'limit=101', 'limit=1e1', 'limit=-1', 'cursor=x', 'cursor=bnVsbA', 'q=1'])(
    'refuse a page of %s',
    async query => {
      const token = (await bed.post('/api/auth/login', admin)).body.data.accessToken
      expect((await bed.get(`/api/admin/users?${query}`, token)).status).toBe(422)
    },
  )
})
