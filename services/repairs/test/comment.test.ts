import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bed, fault, openBed } from './bed.ts'

let bed: Bed
let id: number
const mine = '/api/customer/repairs'
const all = '/api/admin/repairs'
beforeAll(async () => {
  bed = await openBed()
  id = (await bed.ask('mona', 'POST', mine, fault({ submit: true }))).body.data.id
})
afterAll(() => bed.close())

describe('a comment', () => {
  it('is kept literally, and returned sanitised beside', async () => {
    const text = '<script>alert(1)</script>لا يعمل <b>منذ</b> أمس & "غدًا"'
    const { status, body } = await bed.ask('mona', 'POST', `${mine}/${id}/comments`, { comment: text })
    expect([status, body.data]).toEqual([
      201,
      expect.objectContaining({
        kind: 'comment',
        visibility: 'public',
        text,
        comment: 'لا يعمل منذ أمس &amp; "غدًا"',
        actor: { side: 'customer', name: 'Mona ElSayed' },
      }),
    ])
    const { timeline } = (await bed.ask('mona', 'GET', `${mine}/${id}`)).body.data
    expect(timeline.at(-1)).toEqual(body.data)
  })

  it('that is internal is seen by staff, and in nothing a customer can read or hear', async () => {
    const secret = 'SECRET-MARGIN-40'
    const note = await bed.ask('technician', 'POST', `${all}/${id}/comments`, {
      comment: secret,
      visibility: 'internal',
    })
    expect([note.status, note.body.data.visibility]).toEqual([201, 'internal'])
    expect((await bed.ask('support', 'GET', `${all}/${id}`)).text).toContain(secret)
    await bed.ask('support', 'POST', `${all}/${id}/transitions`, { to: 'accepted', version: 2 })
    const reachable = [
      await bed.ask('mona', 'GET', `${mine}/${id}`),
      await bed.ask('mona', 'GET', mine),
      await bed.ask('mona', 'POST', `${mine}/${id}/transitions`, { to: 'closed', version: 3 }),
      await bed.ask('mona', 'POST', `${mine}/${id}/transitions`, { to: 'cancelled', version: 1 }),
      await bed.ask('mona', 'POST', `${mine}/${id}/comments`, { comment: 'hello' }),
    ]
    for (const answer of reachable) expect(answer.text).not.toContain(secret)
    expect(JSON.stringify(await bed.said())).not.toContain(secret)
  })

  it('of staff that is public is signed with a first name', async () => {
    await bed.ask('technician', 'POST', `${all}/${id}/comments`, { comment: 'We are on it', visibility: 'public' })
    const { timeline } = (await bed.ask('mona', 'GET', `${mine}/${id}`)).body.data
    expect(timeline.at(-1)).toMatchObject({ text: 'We are on it', actor: { side: 'staff', name: 'Karim' } })
  })

  it('needs a choice of staff, and none of customers', async () => {
    expect((await bed.ask('technician', 'POST', `${all}/${id}/comments`, { comment: 'x' })).body.errors[0].field).toBe(
      'visibility',
    )
    const cheeky = await bed.ask('mona', 'POST', `${mine}/${id}/comments`, { comment: 'x', visibility: 'internal' })
    expect(cheeky.body.errors[0]).toMatchObject({ field: 'visibility', code: 'unknown_field' })
    expect(
      (await bed.ask('mona', 'POST', `${all}/${id}/comments`, { comment: 'x', visibility: 'public' })).status,
    ).toBe(403)
  })

  it('is written once under one key', async () => {
    const key = { 'idempotency-key': 'same' }
    const first = await bed.ask('mona', 'POST', `${mine}/${id}/comments`, { comment: 'once' }, key)
    expect(await bed.ask('mona', 'POST', `${mine}/${id}/comments`, { comment: 'once' }, key)).toEqual(first)
    const { timeline } = (await bed.ask('mona', 'GET', `${mine}/${id}`)).body.data
    expect(timeline.filter((entry: { text: string }) => entry.text === 'once')).toHaveLength(1)
  })

  it('moves nothing', async () => {
    const before = (await bed.ask('mona', 'GET', `${mine}/${id}`)).body.data
    await bed.ask('mona', 'POST', `${mine}/${id}/comments`, { comment: 'any news?' })
    const after = (await bed.ask('mona', 'GET', `${mine}/${id}`)).body.data
    expect([after.state, after.version]).toEqual([before.state, before.version])
  })

  it('may be added until thirty days after the end', async () => {
    const over = (await bed.ask('mona', 'POST', mine, fault({ submit: true }))).body.data
    await bed.ask('mona', 'POST', `${mine}/${over.id}/transitions`, { to: 'cancelled', version: 2 })
    bed.clock.advance(30 * 86_400_000)
    expect((await bed.ask('mona', 'POST', `${mine}/${over.id}/comments`, { comment: 'thanks' })).status).toBe(201)
    bed.clock.advance(1)
    expect((await bed.ask('mona', 'POST', `${mine}/${over.id}/comments`, { comment: 'late' })).body.code).toBe(
      'repair_comments_over',
    )
  })

  it.each([
    ['nothing', {}],
    ['blank', { comment: ' \n ' }],
    ['a number', { comment: 5 }],
    ['null', { comment: null }],
    ['too much', { comment: 'x'.repeat(5001) }],
    ['U+0000', { comment: 'a\u0000b' }],
  ])('that is %s is refused', async (_name, body) => {
    expect([400, 422]).toContain((await bed.ask('mona', 'POST', `${mine}/${id}/comments`, body)).status)
  })
})
