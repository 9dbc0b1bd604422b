import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bed, device, fault, openBed } from './bed.ts'

let bed: Bed
beforeAll(async () => {
  bed = await openBed()
})
afterAll(() => bed.close())

const path = '/api/customer/devices'
const register = async (more: Record<string, unknown> = {}) =>
  (await bed.ask('mona', 'POST', path, device(more))).body.data

describe('a device', () => {
  it('is registered, said and audited at once', async () => {
    const fields = device({ note: 'on the roof', purchasedOn: '2025-01-01', warrantyUntil: '2030-01-01' })
    const { status, body } = await bed.ask('mona', 'POST', path, fields)
    expect([status, body.data]).toEqual([
      201,
      {
        id: expect.any(Number),
        accountId: 7,
        ...fields,
        version: 1,
        registeredAt: '2026-11-20T10:00:00.000Z',
        retiredAt: null,
      },
    ])
    const said = (await bed.said()).at(-1)
    expect([said?.type, said?.subject, said?.data]).toEqual([
      'device.registered',
      String(body.data.id),
      {
        deviceId: body.data.id,
        accountId: 7,
        kind: 'inverter',
        brand: 'Deye',
        model: 'SUN-8K-SG04',
        serial: fields.serial,
      },
    ])
    const { rows } = await bed.database.pool.query('select action, account_id::int from audit order by id desc limit 1')
    expect(rows).toEqual([{ action: 'device.registered', account_id: 7 }])
  })

  it('is registered once under one key, and not without a key', async () => {
    const key = { 'idempotency-key': 'one' }
    const fields = device()
    const first = await bed.ask('mona', 'POST', path, fields, key)
    const again = await bed.ask('mona', 'POST', path, fields, key)
    expect(again).toEqual(first)
    expect((await bed.ask('mona', 'POST', path, device(), key)).status).toBe(422)
    expect((await bed.ask('mona', 'POST', path, device(), { 'idempotency-key': '' })).status).toBe(400)
  })

  it('has its serial number once per account and brand, however it is written, also in a race', async () => {
    const { serial } = await register()
    const taken = await bed.ask('mona', 'POST', path, device({ serial: serial.toLowerCase(), brand: 'DEYE' }))
    expect([taken.status, taken.body.code, taken.body.errors[0].field]).toEqual([409, 'device_serial_taken', 'serial'])
    expect((await bed.ask('mona', 'POST', path, device({ serial, brand: 'Growatt' }))).status).toBe(201)
    expect((await bed.ask('omar', 'POST', path, device({ serial }))).status).toBe(201)
    const racing = device()
    const answers = await Promise.all(Array.from({ length: 6 }, () => bed.ask('mona', 'POST', path, racing)))
    expect(answers.map(answer => answer.status).sort()).toEqual([201, 409, 409, 409, 409, 409])
  })

  it('is changed in the version that was seen, and shown as it is when it was not', async () => {
    const made = await register()
    const change = (version: number, model: string) =>
      bed.ask('mona', 'PATCH', `${path}/${made.id}`, { model, version })
    const [one, other] = await Promise.all([change(1, 'A'), change(1, 'B')])
    expect([one!.status, other!.status].sort()).toEqual([200, 409])
    const lost = one!.status === 409 ? one! : other!
    expect([lost.body.code, lost.body.current.version]).toEqual(['version_conflict', 2])
    expect((await change(2, 'C')).body.data).toMatchObject({ model: 'C', version: 3 })
    const events = (await bed.said()).filter(
      event => event.subject === String(made.id) && event.type.startsWith('device'),
    )
    expect(events.map(event => [event.type, event.sequence])).toEqual([
      ['device.registered', 1],
      ['device.updated', 2],
      ['device.updated', 3],
    ])
  })

  it('is retired once, leaves the list, and frees its serial number', async () => {
    const made = await register()
    for (let count = 0; count < 2; count++)
      expect((await bed.ask('mona', 'DELETE', `${path}/${made.id}`)).status).toBe(204)
    const ids = async (query: string) =>
      (await bed.ask('mona', 'GET', `${path}?limit=100${query}`)).body.data.map((each: { id: number }) => each.id)
    expect(await ids('')).not.toContain(made.id)
    expect(await ids('&retired=true')).toContain(made.id)
    expect((await bed.ask('mona', 'PATCH', `${path}/${made.id}`, { model: 'X', version: 2 })).body.code).toBe(
      'device_retired',
    )
    expect((await bed.ask('mona', 'POST', path, device({ serial: made.serial }))).status).toBe(201)
    const retired = (await bed.said()).filter(
      event => event.type === 'device.retired' && event.subject === String(made.id),
    )
    expect(retired).toHaveLength(1)
  })

  it('is not retired while it is being repaired, also when both race', async () => {
    const made = await register()
    const [retired, opened] = await Promise.all([
      bed.ask('mona', 'DELETE', `${path}/${made.id}`),
      bed.ask('mona', 'POST', '/api/customer/repairs', fault({ deviceId: made.id, submit: true })),
    ])
    expect([
      [204, 422],
      [409, 201],
    ]).toContainEqual([retired!.status, opened!.status])
    const other = await register()
    await bed.ask('mona', 'POST', '/api/customer/repairs', fault({ deviceId: other.id }))
    expect((await bed.ask('mona', 'DELETE', `${path}/${other.id}`)).body.code).toBe('device_in_repair')
  })

  it('of somebody else does not exist, and a viewer only looks', async () => {
    const { id } = await register()
    expect((await bed.ask('omar', 'PATCH', `${path}/${id}`, { model: 'X', version: 1 })).status).toBe(404)
    expect((await bed.ask('omar', 'DELETE', `${path}/${id}`)).status).toBe(404)
    expect((await bed.ask('viewer', 'GET', path)).status).toBe(200)
    expect((await bed.ask('viewer', 'POST', path, device())).status).toBe(403)
    expect((await bed.ask('support', 'GET', path)).status).toBe(403)
    expect((await bed.ask(null, 'GET', path)).status).toBe(401)
  })

  it('list comes page by page', async () => {
    const all = (await bed.ask('mona', 'GET', `${path}?limit=100`)).body.data.map((each: { id: number }) => each.id)
    const seen: number[] = []
    let cursor = ''
    do {
      const { body } = await bed.ask('mona', 'GET', `${path}?limit=3${cursor && `&cursor=${cursor}`}`)
      seen.push(...body.data.map((each: { id: number }) => each.id))
      cursor = body.meta.nextCursor ?? ''
    } while (cursor)
    expect(seen).toEqual(all)
  })

  it.each([
    ['no serial', device({ serial: undefined }), 'serial', 'field_required'],
    ['a blank serial', device({ serial: '  ' }), 'serial', 'text_blank'],
    ['an absurdly long serial', device({ serial: 'x'.repeat(81) }), 'serial', 'field_too_big'],
    ['a number as serial', device({ serial: 7 }), 'serial', 'field_type'],
    ['an unknown kind', device({ kind: 'toaster' }), 'kind', 'field_choice'],
    ['a date that does not exist', device({ purchasedOn: '2026-02-30' }), 'purchasedOn', 'field_format'],
    ['a year that no calendar has', device({ purchasedOn: '0000-01-01' }), 'purchasedOn', 'field_format'],
    [
      'a warranty that ends before it begins',
      device({ purchasedOn: '2026-01-02', warrantyUntil: '2026-01-01' }),
      'warrantyUntil',
      'date_order',
    ],
    ['somebody else’s account', device({ accountId: 8 }), 'accountId', 'unknown_field'],
    ['U+0000', device({ note: 'a\u0000b' }), 'note', 'text_unreadable'],
  ])('with %s is refused and changes no row', async (_name, body, field, code) => {
    const count = async () => (await bed.database.pool.query('select count(*)::int as n from device')).rows[0].n
    const before = await count()
    const answer = await bed.ask('mona', 'POST', path, body)
    expect([400, 422]).toContain(answer.status)
    expect(answer.body.errors[0]).toMatchObject({ field, code })
    expect(await count()).toBe(before)
  })
})
