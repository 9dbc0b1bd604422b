import { repairStates } from '@sahary/contracts/repair'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { moveStaleRepairs } from '../src/repair/jobs.ts'
import { type Bed, device, fault, openBed, start, type Who } from './bed.ts'

let bed: Bed
beforeAll(async () => {
  bed = await openBed()
})
afterAll(() => bed.close())

const mine = '/api/customer/repairs'
const all = '/api/admin/repairs'
const open = async (more: Record<string, unknown> = {}) =>
  (await bed.ask('mona', 'POST', mine, fault({ submit: true, ...more }))).body.data
/** Moves a repair on, whatever its version, and gives the answer. */
const go = async (who: Who, id: number, to: string, more: Record<string, unknown> = {}) => {
  const { rows } = await bed.database.pool.query('select version from repair where id = $1', [id])
  const path = who === 'mona' || who === 'omar' ? mine : all
  return bed.ask(who, 'POST', `${path}/${id}/transitions`, { to, version: rows[0].version, ...more })
}
const said = async (id: number) =>
  (await bed.said()).filter(event => event.type.startsWith('repair.') && event.subject === String(id))

describe('a repair', () => {
  it('goes from draft to closed, and every step is said, shown and audited', async () => {
    const thing = (await bed.ask('mona', 'POST', '/api/customer/devices', device())).body.data
    const draft = (await bed.ask('mona', 'POST', mine, fault({ deviceId: thing.id, description: 'short' }))).body.data
    expect(draft).toMatchObject({
      number: expect.stringMatching(/^R-2026-\d{6}$/),
      state: 'draft',
      customerState: 'draft',
      version: 1,
    })
    expect(draft.targets).toEqual(['submitted', 'cancelled'])
    expect((await go('mona', draft.id, 'submitted')).body.errors[0].code).toBe('repair_description_short')
    const description = 'It shows error F23 since yesterday'
    expect((await bed.ask('mona', 'PATCH', `${mine}/${draft.id}`, { description, version: 1 })).body.data.version).toBe(
      2,
    )
    const { id } = draft
    expect((await go('mona', id, 'submitted')).body.data).toMatchObject({
      state: 'submitted',
      submittedAt: start.toISOString(),
    })
    expect((await go('support', id, 'accepted')).body.data).toMatchObject({ assigneeId: 11, state: 'accepted' })
    await go('technician', id, 'received')
    await go('technician', id, 'diagnosing')
    expect((await go('technician', id, 'approved')).body.errors[0].code).toBe('repair_needs_quote')
    expect((await go('technician', id, 'approved', { warranty: 'in_warranty', assigneeId: 12 })).status).toBe(200)
    for (const to of ['waiting_parts', 'in_repair', 'testing', 'in_repair', 'testing', 'ready', 'delivered'])
      expect((await go('technician', id, to)).status, to).toBe(200)
    expect((await go('mona', id, 'closed')).body.data).toMatchObject({
      state: 'closed',
      finishedAt: start.toISOString(),
      targets: [],
    })

    const events = await said(id)
    expect(events.map(event => event.type.slice('repair.'.length))).toEqual([
      'submitted',
      'accepted',
      'received',
      'diagnosis_started',
      'approved',
      'parts_ordered',
      'parts_arrived',
      'testing',
      'test_failed',
      'testing',
      'ready',
      'delivered',
      'closed',
    ])
    expect(events.map(event => event.sequence)).toEqual(events.map((_event, at) => at + 1))
    expect(events[0]?.data).toEqual({
      repairId: id,
      accountId: 7,
      deviceId: thing.id,
      number: draft.number,
      from: 'draft',
      state: 'submitted',
    })
    const detail = (await bed.ask('mona', 'GET', `${mine}/${id}`)).body.data
    expect(detail.device).toMatchObject({ id: thing.id, serial: thing.serial })
    expect(detail.timeline.map((entry: { to: string }) => entry.to)).toEqual([
      'draft',
      ...events.map(event => (event.data as { state: string }).state),
    ])
    expect(detail.timeline[2].actor).toEqual({ side: 'staff', name: 'Salma' })
    const audits = await bed.database.pool.query(
      "select count(*)::int as n from audit where object_type = 'repair' and object_id = $1",
      [String(id)],
    )
    expect(audits.rows[0].n).toBe(events.length + 2)
  })

  it('numbers count up by one for each, without a gap, also in a race', async () => {
    const opened = await Promise.all(Array.from({ length: 12 }, () => open()))
    const numbers = opened.map(repair => Number(repair.number.slice(-6))).sort((a, b) => a - b)
    expect(numbers).toEqual(numbers.map((_number, at) => numbers[0]! + at))
    bed.clock.set('2026-12-31T22:00:00Z')
    expect((await open()).number).toBe('R-2027-000001')
    bed.clock.set(start)
  })

  it('that cannot be submitted is not opened either, and uses up no number', async () => {
    const before = Number((await open()).number.slice(-6))
    expect((await bed.ask('mona', 'POST', mine, fault({ description: 'broken', submit: true }))).status).toBe(422)
    expect(Number((await open()).number.slice(-6))).toBe(before + 1)
  })

  it('is moved by one of two who saw the same version; the other sees it as it is', async () => {
    const { id, version } = await open()
    const press = (to: string) =>
      bed.ask('support', 'POST', `${all}/${id}/transitions`, { to, reason: 'because', version })
    const answers = await Promise.all([press('accepted'), press('rejected')])
    expect(answers.map(answer => answer.status).sort()).toEqual([200, 409])
    const lost = answers.find(answer => answer.status === 409)!
    expect(lost.body.current).toMatchObject({ id, version: version + 1 })
    expect((await said(id)).length).toBe(2)
    const late = await bed.ask('mona', 'POST', `${mine}/${id}/transitions`, { to: 'cancelled', version })
    expect(late.status).toBe(409)
    expect(late.text).not.toContain('assignee')
  })

  it('asks its customer and goes on from where it asked', async () => {
    const { id } = await open()
    await go('support', id, 'accepted')
    await go('technician', id, 'diagnosing')
    expect((await go('technician', id, 'needs_info')).body.errors[0]).toMatchObject({
      field: 'reason',
      code: 'repair_reason_required',
    })
    await go('technician', id, 'needs_info', { reason: 'Which firmware does it run?' })
    const asked = (await bed.ask('mona', 'GET', `${mine}/${id}`)).body.data
    expect(asked).toMatchObject({ customerState: 'waiting_for_you', targets: ['diagnosing', 'cancelled'] })
    expect(asked.timeline.at(-1)).toMatchObject({ verb: 'info_requested', text: 'Which firmware does it run?' })
    expect((await go('mona', id, 'accepted')).status).toBe(422)
    expect((await go('mona', id, 'diagnosing')).body.data.state).toBe('diagnosing')
  })

  it('refuses an illegal step and names the legal ones, and a step that is not one’s own', async () => {
    const { id } = await open()
    const wrong = await go('support', id, 'ready')
    expect([wrong.status, wrong.body.code]).toEqual([422, 'repair_step_illegal'])
    expect(wrong.body.title).toContain('accepted, rejected, needs_info, cancelled')
    expect(wrong.body.errors).toMatchObject([{ field: 'to', code: 'repair_step_illegal' }])
    expect((await go('mona', id, 'accepted')).status).toBe(403)
    expect((await go('technician', id, 'rejected', { reason: 'x' })).status).toBe(403)
    expect((await go('support', id, 'accepted', { assigneeId: 1 })).body.errors[0].code).toBe('repair_assignee_unknown')
    expect((await go('billing', id, 'accepted')).status).toBe(403)
  })

  it('of somebody else does not exist, nor does a draft for staff', async () => {
    const { id } = await open()
    for (const answer of [
      await bed.ask('omar', 'GET', `${mine}/${id}`),
      await bed.ask('omar', 'POST', `${mine}/${id}/transitions`, { to: 'cancelled', version: 2 }),
      await bed.ask('omar', 'POST', `${mine}/${id}/comments`, { comment: 'hello' }),
      await bed.ask('omar', 'PATCH', `${mine}/${id}`, { description: 'x', version: 2 }),
    ])
      expect(answer.status).toBe(404)
    const draft = (await bed.ask('mona', 'POST', mine, fault())).body.data
    expect((await bed.ask('admin', 'GET', `${all}/${draft.id}`)).status).toBe(404)
    const listed = (await bed.ask('admin', 'GET', `${all}?limit=100`)).body.data.map((each: { id: number }) => each.id)
    expect(listed).toContain(id)
    expect(listed).not.toContain(draft.id)
    expect((await bed.ask('viewer', 'POST', mine, fault())).status).toBe(403)
    const theirs = (await bed.ask('omar', 'POST', '/api/customer/devices', device())).body.data
    const foreign = await bed.ask('mona', 'POST', mine, fault({ deviceId: theirs.id }))
    expect(foreign.body.errors[0]).toMatchObject({ field: 'deviceId', code: 'repair_device_unknown' })
  })

  it('list for staff can be narrowed to a state', async () => {
    const { body } = await bed.ask('technician', 'GET', `${all}?state=submitted&limit=100`)
    expect(new Set(body.data.map((each: { state: string }) => each.state))).toEqual(new Set(['submitted']))
    expect((await bed.ask('technician', 'GET', `${all}?state=lost`)).status).toBe(422)
  })

  it.each([
    ['no category', { category: undefined }, 'category', 'field_required'],
    ['an unknown category', { category: 'ghost' }, 'category', 'field_choice'],
    ['a blank description', { description: ' \u200f' }, 'description', 'text_blank'],
    ['an absurd description', { description: 'x'.repeat(5001) }, 'description', 'field_too_big'],
    ['a text as device', { deviceId: '5' }, 'deviceId', 'field_type'],
    ['a device beyond all numbers', { deviceId: 2 ** 53 }, 'deviceId', expect.any(String)],
    ['a text as yes', { submit: 'true' }, 'submit', 'field_type'],
    ['a state one would like', { state: 'ready' }, 'state', 'unknown_field'],
  ])('with %s is refused', async (_name, more, field, code) => {
    const answer = await bed.ask('mona', 'POST', mine, fault(more))
    expect([answer.status, answer.body.errors[0]]).toEqual([422, expect.objectContaining({ field, code })])
  })
})

describe('a repair that waits', () => {
  it('is closed a week after it was handed over, and cancelled after two weeks without an answer', async () => {
    const asked = (await open()).id
    await go('support', asked, 'needs_info', { reason: 'Which firmware?' })
    const begun = (await open()).id
    await go('support', begun, 'accepted')
    for (const to of ['diagnosing', 'approved', 'in_repair'])
      await go('technician', begun, to, { warranty: 'goodwill' })
    await go('technician', begun, 'needs_info', { reason: 'Which cable?' })
    const given = (await open()).id
    await go('support', given, 'accepted')
    for (const to of ['diagnosing', 'ready', 'delivered']) await go('technician', given, to)
    const states = async () => {
      const { rows } = await bed.database.pool.query('select state from repair where id = any($1) order by id', [
        [asked, begun, given],
      ])
      return rows.map(row => row.state)
    }
    bed.clock.advance(7 * 86_400_000 - 1)
    await moveStaleRepairs(bed.deps)
    expect(await states()).toEqual(['needs_info', 'needs_info', 'delivered'])
    bed.clock.advance(1)
    await Promise.all([moveStaleRepairs(bed.deps), moveStaleRepairs(bed.deps)])
    expect(await states()).toEqual(['needs_info', 'needs_info', 'closed'])
    bed.clock.advance(7 * 86_400_000)
    await moveStaleRepairs(bed.deps)
    expect(await states()).toEqual(['cancelled', 'needs_info', 'closed'])
    expect((await said(given)).filter(event => event.type === 'repair.closed')).toHaveLength(1)
    bed.clock.set(start)
  })
})

describe('the table', () => {
  it('keeps a timeline that nobody can change', async () => {
    await expect(bed.database.pool.query("update repair_entry set text = 'x'")).rejects.toThrow(/permission denied/)
    await expect(bed.database.pool.query('delete from repair_entry')).rejects.toThrow(/permission denied/)
    await expect(bed.database.pool.query('delete from repair')).rejects.toThrow(/permission denied/)
  })

  it('tells the story again from its lines', async () => {
    const { rows } = await bed.database.pool.query(`select repair.state, (select to_state from repair_entry
      where repair_id = repair.id and kind = 'step' order by id desc limit 1) as told from repair`)
    for (const { state, told } of rows) expect(told).toBe(state)
    expect(rows.length).toBeGreaterThan(10)
    for (const { state } of rows) expect(repairStates).toContain(state)
  })
})
