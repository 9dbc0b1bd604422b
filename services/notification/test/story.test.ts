import { eventually } from '@sahary/testing/eventually'
import { say, sayAgain } from '@sahary/testing/say'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { account, type Bed, customer, invoice, openBed, staff, step, vm } from './bed.ts'

let bed: Bed
beforeAll(async () => {
  bed = await openBed()
})
afterAll(() => bed.close())

const kinds = async (userId: number) => (await bed.feed(userId)).map(each => each.kind)
const noticeEndsAt = '2026-11-20T10:20:00.000Z'

describe('the feed of a customer', () => {
  it('shows every step from sunrise to invoice, each once, in their language', async () => {
    const { nats } = bed
    const wait = (wanted: string[]) => eventually(async () => expect(await kinds(11)).toEqual(wanted))
    await say(nats, 'user.registered', 99, staff(99, 'operator'))
    await eventually(async () => expect(await kinds(99)).toEqual(['welcome']))
    await say(nats, 'user.registered', 11, customer(11, 'ar'))
    await say(nats, 'account.created', 7, account(7, 11))
    await wait(['welcome'])
    await say(nats, 'vm.created', 1, { ...vm(1, 7, {}, 'always_on'), image: 'tiny' })
    await wait(['welcome', 'vm_created'])
    await say(nats, 'vm.created', 2, { ...vm(2, 7), image: 'tiny' })
    await wait(['welcome', 'vm_created', 'vm_created'])
    for (const id of [1, 2]) await say(nats, 'vm.started', id, vm(id, 7, {}, id === 1 ? 'always_on' : 'solar_only'))
    const running = ['welcome', 'vm_created', 'vm_created', 'vm_started', 'vm_started']
    await wait(running)
    await say(nats, 'power.level_changed', 1, step('normal', 'watch'))
    await wait([...running, 'power_limited'])
    const warning = await say(nats, 'power.level_changed', 1, step('watch', 'low', noticeEndsAt))
    await wait([...running, 'power_limited', 'power_stopping'])
    await say(nats, 'vm.stopped', 2, vm(2, 7, { reason: 'energy' }))
    await wait([...running, 'power_limited', 'power_stopping', 'vm_stopped'])
    await say(nats, 'power.level_changed', 1, step('low', 'watch'))
    await wait([...running, 'power_limited', 'power_stopping', 'vm_stopped', 'power_returned'])
    await say(nats, 'vm.started', 2, vm(2, 7, { reason: 'energy' }))
    const shed = [...running, 'power_limited', 'power_stopping', 'vm_stopped', 'power_returned', 'vm_started']
    await wait(shed)
    await say(nats, 'invoice.finalized', 501, { ...invoice(501, 7), dueAt: '2026-12-15T22:00:00.000Z' })
    await wait([...shed, 'invoice_finalized'])
    const paid = {
      paymentId: 77,
      invoiceId: 501,
      accountId: 7,
      amountMinor: 14073,
      currency: 'EGP',
      provider: 'sandbox',
    }
    await say(nats, 'payment.succeeded', 77, paid)
    await wait([...shed, 'invoice_finalized', 'payment_succeeded'])
    await say(nats, 'invoice.paid', 501, { ...invoice(501, 7), paymentId: 77 })
    const whole = [...shed, 'invoice_finalized', 'payment_succeeded', 'invoice_paid']
    await wait(whole)

    const feed = await bed.feed(11)
    const stopping = feed.find(each => each.kind === 'power_stopping')!
    expect(stopping.title).toBe('سيتوقف خادم واحد الساعة 12:20 م')
    expect(stopping.body).toContain('web-2')
    expect(stopping.body).not.toContain('web-1')
    expect(stopping.at).toBe(warning.time)
    expect(feed.find(each => each.kind === 'invoice_paid')?.body).toContain('140.73')
    expect(feed.find(each => each.kind === 'invoice_paid')?.link).toEqual({ type: 'invoice', id: 501 })

    const delivered = (await bed.said()).map(event => event.data as { userId: number; kind: string })
    expect(delivered.filter(data => data.userId === 11).map(data => data.kind)).toEqual(whole)
    await sayAgain(nats, warning)
    await say(nats, 'user.registered', 12, customer(12))
    await eventually(async () => expect(await kinds(12)).toEqual(['welcome']))
    expect(await kinds(11)).toEqual(whole)
  })

  it('and that of staff show each what is theirs', async () => {
    expect(await kinds(99)).toEqual(['welcome', 'site_level', 'site_level', 'site_level'])
    expect((await bed.feed(99))[2]?.title).toBe('Site 1: low')
    expect((await kinds(11)).filter(kind => kind === 'site_level')).toEqual([])
  })
})

describe('a sign-in', () => {
  it('is told to who signed in, once per session, however often it is heard', async () => {
    await say(bed.nats, 'user.registered', 31, customer(31))
    const signIn = (sessionId: string) =>
      say(bed.nats, 'user.signed_in', 31, { userId: 31, sessionId, accountId: null })
    const first = await signIn('0192f5a1-7c3e-7d41-8a44-2f6d0f1b9a10')
    await eventually(async () => expect(await kinds(31)).toEqual(['welcome', 'signed_in']))
    await sayAgain(bed.nats, first)
    await signIn('0192f5a1-7c3e-7d41-8a44-2f6d0f1b9a11')
    await eventually(async () => expect(await kinds(31)).toEqual(['welcome', 'signed_in', 'signed_in']))
  })
})

describe('a repair', () => {
  it('tells its customer of each step, and those who take it up that it waits', async () => {
    await say(bed.nats, 'user.registered', 98, staff(98, 'support'))
    await say(bed.nats, 'user.registered', 21, customer(21))
    await say(bed.nats, 'account.created', 20, account(20, 21))
    const repair = {
      repairId: 31,
      accountId: 20,
      deviceId: null,
      number: 'R-2026-000031',
      from: 'draft',
      state: 'submitted',
    } as const
    await eventually(async () => expect(await kinds(98)).toEqual(['welcome']))
    await say(bed.nats, 'repair.submitted', 31, repair)
    await say(bed.nats, 'repair.info_requested', 31, { ...repair, from: 'submitted', state: 'needs_info' })
    await eventually(async () => {
      expect(await kinds(21)).toEqual(['welcome', 'repair_moved', 'repair_moved'])
      expect(await kinds(98)).toEqual(['welcome', 'repair_to_triage'])
    })
    expect((await bed.feed(21)).at(-1)).toMatchObject({ severity: 'warning', link: { type: 'repair', id: 31 } })
  })
})
