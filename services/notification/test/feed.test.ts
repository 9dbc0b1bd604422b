import { eventually } from '@sahary/testing/eventually'
import { bearer } from '@sahary/testing/principal'
import { say } from '@sahary/testing/say'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { account, type Bed, customer, openBed, vm } from './bed.ts'

let bed: Bed
beforeAll(async () => {
  bed = await openBed()
  for (const id of [1, 2]) {
    await say(bed.nats, 'user.registered', id, customer(id))
    await say(bed.nats, 'account.created', id, account(id, id))
  }
  for (let id = 1; id <= 6; id++) await say(bed.nats, 'vm.started', id, vm(id, 1))
  await eventually(async () => {
    expect(await bed.feed(1)).toHaveLength(7)
    expect(await bed.feed(2)).toHaveLength(1)
  })
})
afterAll(() => bed.close())

const ask = async (method: 'GET' | 'POST', path: string, userId: number, payload?: object) => {
  const headers = await bearer({ userId })
  const answer = await bed.app.inject({
    method,
    url: `/api/customer/notifications${path}`,
    headers,
    ...(payload && { payload }),
  })
  return { status: answer.statusCode, body: answer.json() }
}

describe('a feed', () => {
  it('comes page by page, newest first, with the number of unread ones', async () => {
    const first = await ask('GET', '?limit=4', 1)
    expect(first.body.data).toHaveLength(4)
    expect(first.body.meta).toEqual({ nextCursor: expect.any(String), unread: 7 })
    const second = await ask('GET', `?limit=4&cursor=${first.body.meta.nextCursor}`, 1)
    expect(second.body.meta.nextCursor).toBeNull()
    const ids = [...first.body.data, ...second.body.data].map((each: { id: number }) => each.id)
    expect(ids).toEqual([...ids].sort((a, b) => b - a))
    expect(new Set(ids).size).toBe(7)
  })

  it('is told in the language that is asked for, what was told before as it was', async () => {
    const titlesIn = async (language: string) => {
      const headers = { ...(await bearer({ userId: 2 })), 'accept-language': language }
      const answer = await bed.app.inject({ url: '/api/customer/notifications', headers })
      return answer.json().data.map((each: { title: string }) => each.title)
    }
    const english = (await bed.feed(2)).map(each => each.title)
    expect(await titlesIn('en')).toEqual(english)
    expect((await titlesIn('ar-EG,en;q=0.5')).join()).toMatch(/[\u0600-\u06ff]/)
    await sql`update notification set params = null where user_id = 2`.execute(bed.database.db)
    expect(await titlesIn('ar')).toEqual(english)
  })

  it('is read one by one, and twice is once', async () => {
    const id = (await bed.feed(1))[0]!.id
    const read = await ask('POST', `/${id}/read`, 1)
    expect([read.status, read.body.data.readAt]).toEqual([200, '2026-11-20T12:00:00.000Z'])
    expect(await ask('POST', `/${id}/read`, 1)).toEqual(read)
    expect((await ask('GET', '?unread=true', 1)).body.meta.unread).toBe(6)
    expect((await bed.feed(1, 'unread=true')).map(each => each.id)).not.toContain(id)
  })

  it('is read as a whole up to what was seen', async () => {
    const ids = (await bed.feed(1)).map(each => each.id)
    expect((await ask('POST', '/read-all', 1, { upTo: ids[3] })).body.data).toEqual({ read: 3 })
    expect((await ask('POST', '/read-all', 1)).body.data).toEqual({ read: 3 })
    expect((await ask('GET', '', 1)).body.meta.unread).toBe(0)
    expect((await ask('GET', '', 2)).body.meta.unread).toBe(1)
  })

  it('of somebody else does not exist', async () => {
    const foreign = (await bed.feed(2))[0]!.id
    expect((await ask('POST', `/${foreign}/read`, 1)).status).toBe(404)
    expect((await bed.feed(2))[0]?.readAt).toBeNull()
    expect((await bed.app.inject({ url: '/api/customer/notifications' })).statusCode).toBe(401)
  })

  it.each(['?limit=0', '?limit=x', '?unread=yes', '?cursor=%00', '?cursor=e30', '?user=2'])(
    'refuses %s',
    async query => {
      expect((await ask('GET', query, 1)).status).toBe(422)
    },
  )

  it.each(['0', '-1', 'x', '9999999999999999999', '1e3'])('has no notification %s', async id => {
    expect((await ask('POST', `/${id}/read`, 1)).status).toBe(404)
  })

  it.each([{ upTo: '5' }, { upTo: -1 }, { upTo: 1.5 }, { all: true }])('refuses to read all by %j', async body => {
    expect((await ask('POST', '/read-all', 1, body)).status).toBe(422)
  })
})
