import { type EventType, events, type SaharyEvent } from '@sahary/contracts/events'
import { describe, expect, it } from 'vitest'
import { introducedBy, needsOf } from './need.ts'

const event = (type: EventType, data: unknown) => ({ type, data }) as SaharyEvent

describe('what an event depends on', () => {
  it('is the account for what belongs to one, and the person for what concerns one', () => {
    expect(needsOf(event('vm.started', { accountId: 7 }))).toEqual(['account:7'])
    expect(needsOf(event('repair.closed', { accountId: 7 }))).toEqual(['account:7'])
    expect(needsOf(event('token.created', { accountId: 7, userId: 11 }))).toEqual(['user:11'])
    expect(needsOf(event('account.member_changed', { accountId: 7, userId: 12 }))).toEqual(['account:7', 'user:12'])
    expect(needsOf(event('security.alert_raised', { userId: null }))).toEqual([])
  })

  it('is nothing for what is said to staff, and for a new person', () => {
    for (const type of ['power.level_changed', 'host.lost', 'inverter.offline', 'user.registered'] as const)
      expect(needsOf(event(type, { siteId: 1, userId: 11 }))).toEqual([])
  })

  it('of an account is its owner, so that an account that is known has known members', () => {
    expect(needsOf(event('account.created', { accountId: 7, ownerUserId: 11 }))).toEqual(['user:11'])
  })

  it('is never what the event itself makes known', () => {
    for (const type of Object.keys(events) as EventType[]) {
      const known = event(type, { accountId: 7, userId: 11, ownerUserId: 11 })
      expect(needsOf(known)).not.toContain(introducedBy(known))
    }
    expect(introducedBy(event('user.registered', { userId: 11 }))).toBe('user:11')
    expect(introducedBy(event('account.created', { accountId: 7 }))).toBe('account:7')
  })
})
