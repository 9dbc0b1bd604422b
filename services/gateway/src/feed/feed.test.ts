import { type EventType, events, type SaharyEvent } from '@sahary/contracts/events'
import { memberRoles, staffRoles } from '@sahary/contracts/roles'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { endsListening, frameOf, isNews, type Listener, mayHear } from './feed.ts'
import { createHub, type Stream } from './hub.ts'

const types = Object.keys(events) as EventType[]
const sessionId = 'a5d7b9c0-0000-4000-8000-000000000001'
const eventOf = (type: EventType, data: object, id = 'e1') => ({ id, type, data }) as unknown as SaharyEvent
const anyListener: fc.Arbitrary<Listener> = fc.record({
  userId: fc.integer({ min: 1, max: 5 }),
  accountId: fc.integer({ min: 1, max: 5 }),
  sessionId: fc.constant(sessionId),
  roles: fc.subarray([...memberRoles]),
})

describe('an event', () => {
  it('of an account or a person never reaches the members of another account, whatever it is about', () => {
    fc.assert(
      fc.property(anyListener, fc.constantFrom(...types), (listener, type) => {
        const event = eventOf(type, { accountId: 99, userId: 99 })
        if (!['power', 'energy', 'backup'].includes(type.split('.')[0]!)) expect(mayHear(listener, event)).toBe(false)
      }),
    )
  })

  it('without an account reaches no member', () => {
    const listener = { userId: 1, accountId: null, sessionId, roles: ['owner'] }
    expect(mayHear(listener, eventOf('vm.started', { accountId: null }))).toBe(false)
    expect(mayHear(listener, eventOf('vm.started', {}))).toBe(false)
  })

  it('reaches a member who may see the thing, and staff by their rights', () => {
    const member = { userId: 1, accountId: 3, sessionId, roles: ['viewer'] }
    const staff = (role: string) => ({ userId: 2, accountId: null, sessionId, roles: [role] })
    expect(mayHear(member, eventOf('invoice.paid', { accountId: 3 }))).toBe(true)
    expect(mayHear({ ...member, roles: [] }, eventOf('invoice.paid', { accountId: 3 }))).toBe(false)
    expect(mayHear(staff('billing'), eventOf('invoice.paid', { accountId: 3 }))).toBe(true)
    expect(mayHear(staff('technician'), eventOf('invoice.paid', { accountId: 3 }))).toBe(false)
    expect(mayHear(staff('operator'), eventOf('host.lost', {}))).toBe(true)
    expect(mayHear(member, eventOf('host.lost', {}))).toBe(false)
    for (const role of staffRoles)
      expect(mayHear(staff(role), eventOf('notification.delivered', { userId: 1, accountId: 3 }))).toBe(false)
  })

  it('about sign-ins, security or a slot of processor use is nobody’s news', () => {
    for (const type of ['user.registered', 'session.revoked', 'security.alert_raised', 'vm.metered'] as const)
      expect(isNews({ type })).toBe(false)
  })

  it('that takes rights away ends what was opened with them', () => {
    const listener = { userId: 1, accountId: 3, sessionId, roles: ['owner'] }
    expect(endsListening(listener, eventOf('session.revoked', { sessionId }))).toBe(true)
    expect(endsListening(listener, eventOf('session.revoked', { sessionId: 'other' }))).toBe(false)
    for (const type of ['user.deactivated', 'user.roles_changed', 'account.member_changed'] as const) {
      expect(endsListening(listener, eventOf(type, { userId: 1 }))).toBe(true)
      expect(endsListening(listener, eventOf(type, { userId: 2 }))).toBe(false)
    }
    expect(endsListening(listener, eventOf('user.verified', { userId: 1 }))).toBe(false)
  })

  it('is one frame, whatever it says', () => {
    const frame = frameOf({ id: 'x', type: 'vm.started', body: { name: 'a\n\nevent: forged' } })
    expect(frame.split('\n\n')).toHaveLength(2)
    expect(frame.match(/^event:/gm)).toHaveLength(1)
  })
})

describe('the hub', () => {
  const listening = (userId: number) => {
    const said: string[] = []
    const stream: Stream = {
      listener: { userId, accountId: userId, sessionId, roles: ['owner'] },
      send: text => void said.push(text),
      end: () => void said.push('end'),
    }
    return { stream, said }
  }

  it('keeps the last events alone, and everybody’s streams within bounds', () => {
    const hub = createHub({ streams: 2, perUser: 1, kept: 2 })
    const one = listening(1)
    const leave = hub.join(one.stream)
    expect(() => hub.join(listening(1).stream)).toThrow(expect.objectContaining({ code: 'rate_limited' }))
    hub.join(listening(2).stream)
    expect(() => hub.join(listening(3).stream)).toThrow(expect.objectContaining({ code: 'busy' }))
    for (const id of ['a', 'b', 'c']) hub.tell(eventOf('vm.started', { accountId: 1 }, id))
    expect(one.said).toHaveLength(3)
    leave()
    const back = listening(1)
    hub.join(back.stream, 'b')
    expect(back.said.map(text => /^id: (.)/.exec(text)?.[1])).toEqual(['c'])
    hub.tellAll('energy.live', [])
    expect(back.said.at(-1)).toBe('event: energy.live\ndata: []\n\n')
    hub.closeAll()
    expect(back.said.at(-1)).toBe('end')
    expect(hub.size()).toBe(2)
  })
})
