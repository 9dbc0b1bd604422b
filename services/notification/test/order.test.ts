import type { Envelope } from '@sahary/contracts/envelope'
import { transaction } from '@sahary/db/transaction'
import { eventually } from '@sahary/testing/eventually'
import { meeting } from '@sahary/testing/meeting'
import { eventOf, say, sayAgain } from '@sahary/testing/say'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hear } from '../src/feed/actions.ts'
import { heldSince } from '../src/held/store.ts'
import { account, type Bed, customer, openBed, staff, step, vm } from './bed.ts'

let bed: Bed
beforeAll(async () => {
  bed = await openBed()
})
afterAll(() => bed.close())

const kinds = async (userId: number) => (await bed.feed(userId)).map(each => each.kind)
const held = async () => (await bed.database.pool.query('select count(*)::int as n from held')).rows[0].n
const heardOf = (id: string) =>
  eventually(async () => {
    const { rows } = await bed.database.pool.query('select 1 from inbox where event_id = $1', [id])
    expect(rows).toHaveLength(1)
  })

describe('news of somebody who is not known yet', () => {
  it('waits for the account and for its owner, and is then told in order', async () => {
    await say(bed.nats, 'vm.created', 51, { ...vm(51, 50), image: 'tiny' })
    const last = await say(bed.nats, 'vm.started', 51, vm(51, 50))
    await heardOf(last.id)
    const owned = await say(bed.nats, 'account.created', 50, account(50, 55))
    await heardOf(owned.id)
    expect(await held()).toBe(3)
    await say(bed.nats, 'user.registered', 55, customer(55))
    await eventually(async () => expect(await kinds(55)).toEqual(['welcome', 'vm_created', 'vm_started']))
    expect(await held()).toBe(0)
  })

  it('is never lost when it races with what makes them known', async () => {
    const ids = Array.from({ length: 25 }, (_, at) => 1000 + at)
    const talk = ids.flatMap(id => [
      () => say(bed.nats, 'vm.started', id, vm(id, id)),
      () => say(bed.nats, 'account.created', id, account(id, id)),
      () => say(bed.nats, 'user.registered', id, customer(id)),
    ])
    await Promise.all(talk.map(speak => speak()))
    await eventually(
      async () => {
        const { rows } = await bed.database.pool.query(
          "select count(*)::int as n from notification where kind = 'vm_started' and user_id between 1000 and 1024",
        )
        expect(rows[0].n).toBe(ids.length)
      },
      { withinMs: 20_000 },
    )
    expect(await held()).toBe(0)
  })
})

describe('a VM that is heard of after the step that concerns it', () => {
  it('gets the warning it missed, once', async () => {
    await say(bed.nats, 'user.registered', 61, customer(61))
    await say(bed.nats, 'account.created', 60, account(60, 61))
    await eventually(async () => expect(await kinds(61)).toEqual(['welcome']))
    const at = new Date('2026-11-20T09:00:00Z')
    const news = step('watch', 'low', '2026-11-20T09:15:00.000Z', 6)
    const low = await say({ nats: bed.nats, at }, 'power.level_changed', 6, news)
    await heardOf(low.id)
    const before = new Date('2026-11-20T08:59:00Z')
    const started = await say({ nats: bed.nats, at: before }, 'vm.started', 62, vm(62, 60, { siteId: 6 }))
    await eventually(async () => expect(await kinds(61)).toEqual(['welcome', 'vm_started', 'power_stopping']))
    await sayAgain(bed.nats, started)
    const later = new Date('2026-11-20T09:01:00Z')
    const after = await say({ nats: bed.nats, at: later }, 'vm.started', 63, vm(63, 60, { siteId: 6 }))
    await heardOf(after.id)
    expect(await kinds(61)).toEqual(['welcome', 'vm_started', 'power_stopping', 'vm_started'])
  })
})

describe('a step and a VM that are heard of at the same moment', () => {
  const before = new Date('2026-11-20T08:59:00Z')
  const at = new Date('2026-11-20T09:00:00Z')
  const noticeEndsAt = '2026-11-20T09:15:00.000Z'
  const hearing = (event: Envelope) => (tx: Parameters<typeof hear>[0]) => hear(tx, event as never)

  it.each([
    ['the VM first', 64, false],
    ['the step first', 66, true],
  ])('do not pass each other unseen, %s: its owner is warned once', async (_what, id, stepFirst) => {
    await say(bed.nats, 'user.registered', id, customer(id))
    await say(bed.nats, 'account.created', id, account(id, id))
    await eventually(async () => expect(await kinds(id)).toEqual(['welcome']))
    const started = eventOf({ nats: bed.nats, at: before }, 'vm.started', id, vm(id, id, { siteId: id }))
    const low = eventOf({ nats: bed.nats, at }, 'power.level_changed', id, step('watch', 'low', noticeEndsAt, id))
    const [first, second] = stepFirst ? [low, started] : [started, low]
    const { db } = bed.database
    await meeting(bed.database, hearing(first), () => transaction(db, hearing(second)))
    expect((await kinds(id)).filter(kind => kind === 'power_stopping')).toHaveLength(1)
  })
})

describe('news that comes late', () => {
  it('does not undo what newer news said of a VM', async () => {
    await say(bed.nats, 'user.registered', 71, customer(71))
    await say(bed.nats, 'account.created', 70, account(70, 71))
    const stopped = await say({ nats: bed.nats, sequence: 5 }, 'vm.stopped', 72, vm(72, 70, { siteId: 8 }))
    await heardOf(stopped.id)
    const started = await say({ nats: bed.nats, sequence: 4 }, 'vm.started', 72, vm(72, 70, { siteId: 8 }))
    await heardOf(started.id)
    const low = await say(bed.nats, 'power.level_changed', 8, step('watch', 'low', null, 8))
    await heardOf(low.id)
    expect((await kinds(71)).filter(kind => kind.startsWith('power'))).toEqual([])
  })

  it('does not give a role back that was taken', async () => {
    await say(bed.nats, 'user.registered', 81, staff(81, 'operator'))
    await eventually(async () => expect(await kinds(81)).toEqual(['welcome']))
    const newer = await say({ nats: bed.nats, sequence: 9 }, 'user.roles_changed', 81, { userId: 81, roles: [] })
    await heardOf(newer.id)
    const older = await say({ nats: bed.nats, sequence: 8 }, 'user.roles_changed', 81, {
      userId: 81,
      roles: ['operator'],
    })
    await heardOf(older.id)
    const lost = await say(bed.nats, 'host.lost', 5, {
      hostId: 5,
      siteId: 1,
      name: 'h5',
      lastSeenAt: '2026-11-20T09:00:00.000Z',
    })
    await heardOf(lost.id)
    expect(await kinds(81)).not.toContain('host_changed')
  })
})

describe('people who left', () => {
  it('are told nothing more', async () => {
    for (const id of [91, 92]) await say(bed.nats, 'user.registered', id, customer(id))
    await say(bed.nats, 'account.created', 90, account(90, 91))
    await say(bed.nats, 'account.member_changed', 90, { accountId: 90, userId: 92, role: 'member' })
    await eventually(async () => expect(await kinds(92)).toContain('member_changed'))
    await say(bed.nats, 'vm.started', 93, vm(93, 90))
    await eventually(async () => expect(await kinds(92)).toContain('vm_started'))
    await say(bed.nats, 'account.member_changed', 90, { accountId: 90, userId: 92, role: null })
    await say(bed.nats, 'user.deactivated', 91, { userId: 91, reason: 'asked' })
    await eventually(async () => {
      const { rows } =
        await bed.database.pool.query(`select (select role from account_member where user_id = 92) as role,
        (select active from person where user_id = 91) as active`)
      expect(rows).toEqual([{ role: null, active: false }])
    })
    const last = await say(bed.nats, 'vm.stopped', 93, vm(93, 90))
    await heardOf(last.id)
    for (const id of [91, 92]) expect(await kinds(id)).not.toContain('vm_stopped')
  })
})

describe('an inverter', () => {
  it('is missed by day, not at night, and its return is told only when it was missed', async () => {
    await say(bed.nats, 'user.registered', 97, staff(97, 'operator'))
    await eventually(async () => expect(await kinds(97)).toEqual(['welcome']))
    const inverter = { inverterId: 4, siteId: 1, vendor: 'OpenDTU' }
    const off = { ...inverter, lastSeenAt: '2026-11-20T09:00:00.000Z' }
    await say(bed.nats, 'inverter.offline', 4, { ...off, cause: 'night' })
    await say(bed.nats, 'inverter.online', 4, inverter)
    await say(bed.nats, 'inverter.offline', 4, { ...off, cause: 'silence' })
    const back = await say(bed.nats, 'inverter.online', 4, inverter)
    await heardOf(back.id)
    expect((await kinds(97)).filter(kind => kind.startsWith('inverter'))).toEqual([
      'inverter_offline',
      'inverter_online',
    ])
  })
})

describe('a session that was ended for a theft', () => {
  it('is told to its person', async () => {
    await say(bed.nats, 'user.registered', 41, customer(41))
    const sessionId = '0192f5a1-7c3e-7d41-8a44-2f6d0f1b9a10'
    const revokedAt = new Date().toISOString()
    const ended = { userId: 41, sessionId, reason: 'reuse', revokedAt } as const
    await say(bed.nats, 'session.revoked', sessionId, ended)
    await eventually(async () => expect((await kinds(41)).sort()).toEqual(['session_ended', 'welcome']))
  })
})

describe('what waits too long', () => {
  it('is counted for operators', async () => {
    const waiting = await say(bed.nats, 'vm.started', 4040, vm(4040, 4040))
    await heardOf(waiting.id)
    const db = bed.database.db
    expect(await heldSince(db, new Date(Date.now() - 60_000))).toBe(0)
    expect(await heldSince(db, new Date(Date.now() + 60_000))).toBe(1)
  })
})

describe('an event delivered three times', () => {
  it('is told once', async () => {
    await say(bed.nats, 'user.registered', 31, customer(31))
    await say(bed.nats, 'account.created', 30, account(30, 31))
    const event = eventOf(bed.nats, 'vm.started', 33, vm(33, 30))
    for (let count = 0; count < 3; count++) await sayAgain(bed.nats, event)
    const fence = await say(bed.nats, 'vm.stopped', 33, vm(33, 30))
    await heardOf(fence.id)
    expect(await kinds(31)).toEqual(['welcome', 'vm_started', 'vm_stopped'])
  })
})
