import { readdirSync, readFileSync } from 'node:fs'
import type { EventType, SaharyEvent } from '@sahary/contracts/events'
import { VmFault } from '@sahary/contracts/vm'
import { describe, expect, it } from 'vitest'
import type { Effects } from '../power/power.ts'
import { arabic } from './arabic.ts'
import { english } from './english.ts'
import { inverterBack, powerNotice } from './from-solar.ts'
import type { Notice } from './notice.ts'
import { noticesOf, tellingTypes } from './notices.ts'
import { textOf } from './text.ts'

const samples = new URL('../../../../packages/contracts/samples/', import.meta.url)
const events = readdirSync(samples).map(file => JSON.parse(readFileSync(new URL(file, samples), 'utf8')) as SaharyEvent)
const none = { stops: [], caps: [], warns: [], restarts: [], lifts: [] }
const effects = (more: Partial<Effects>): Effects => ({ accountId: 7, ...none, ...more })
const powers = [
  powerNotice(effects({ stops: ['web-1'], caps: ['db-1', 'db-2'] }), '2026-11-20T10:20:00.000Z'),
  powerNotice(effects({ stops: ['web-1', 'web-2', 'web-3'] }), null),
  powerNotice(effects({ caps: ['web-1'], warns: ['a', 'b'] }), null),
  powerNotice(effects({ restarts: ['web-1'], lifts: ['b'] }), null),
]
const missed = { inverterId: 5, siteId: 1, vendor: 'OpenDTU', lastSeenAt: '2026-11-20T10:00:00.000Z', cause: 'silence' }
const notices: Notice[] = [
  ...events.flatMap(noticesOf),
  ...noticesOf({ type: 'inverter.offline', data: missed } as SaharyEvent),
  ...powers,
  inverterBack({ inverterId: 5, siteId: 1, vendor: 'OpenDTU' }),
]
const bare = (text: string) => text.replace(/[\u2066-\u2069]/g, '')

describe('every notice', () => {
  it.each(notices.map(notice => [notice.kind, notice] as const))(
    '%s says something in both languages',
    (_kind, notice) => {
      for (const [locale, script] of [
        ['ar', /[\u0600-\u06ff]/],
        ['en', /[A-Za-z]/],
      ] as const) {
        const [title, body] = textOf(notice, locale)
        expect(`${title} ${body}`).toMatch(script)
        for (const text of [title, body]) {
          expect(text.length).toBeGreaterThan(2)
          expect(text).not.toMatch(/undefined|null|NaN|\[object|\{|\s{2}|^\s|\s$/)
          expect(text.split('\u2068').length).toBe(text.split('\u2069').length)
        }
      }
    },
  )

  it('of every kind comes from some event, and both catalogues know them all', () => {
    expect(new Set(notices.map(notice => notice.kind))).toEqual(new Set(Object.keys(english)))
    expect(Object.keys(arabic).sort()).toEqual(Object.keys(english).sort())
  })

  it('is for somebody: nothing of an account goes to staff by mistake, nothing of staff to customers', () => {
    for (const { kind, audience } of notices)
      if (/^(site_|backup_|inverter_|host_|diagnosis_|repair_to_triage|quote_answered)/.test(kind))
        expect(audience.to, kind).toBe('staff')
      else if (/^(vm_|power_|invoice_|payment_|device_)/.test(kind)) expect(audience.to, kind).toBe('account')
  })
})

describe('a server that failed', () => {
  const said = events.find(event => event.type === 'vm.failed') as SaharyEvent<'vm.failed'>
  const bodyOf = (code: string, locale: 'ar' | 'en') =>
    bare(textOf(noticesOf({ ...said, data: { ...said.data, code } })[0]!, locale)[1])

  it.each([...VmFault.options, 'a_code_of_tomorrow'])('for %s says so in the reader’s language', code => {
    expect(bodyOf(code, 'ar')).not.toMatch(/[A-Za-z]/)
    expect(bodyOf(code, 'en')).not.toMatch(/[\u0600-\u06ff]/)
  })

  it('says for each code something else', () => {
    const codes = [...VmFault.options, 'a_code_of_tomorrow']
    for (const locale of ['ar', 'en'] as const)
      expect(new Set(codes.map(code => bodyOf(code, locale))).size).toBe(codes.length)
  })
})

describe('the events that tell something', () => {
  it('are all but those that are for machines, or for oneself', () => {
    const silent = events.map(event => event.type).filter(type => !(tellingTypes as EventType[]).includes(type))
    expect(silent.sort()).toEqual([
      'account.created',
      'billing_security.observed',
      'compute_security.observed',
      'device.updated',
      'energy.slot_closed',
      'forecast.published',
      'inverter.online',
      'notification.delivered',
      'notification.failed',
      'power.critical',
      'power.low',
      'power.restored',
      'repairs_security.observed',
      'solar_security.observed',
      'usage.adjusted',
      'usage.recorded',
      'user.deactivated',
      'vm.metered',
    ])
  })

  it('say nothing when somebody signs out, or an inverter goes to sleep', () => {
    const signedOut = { type: 'session.revoked', data: { userId: 1, reason: 'signed_out' } } as SaharyEvent
    const asleep = { type: 'inverter.offline', data: { inverterId: 1, siteId: 1, cause: 'night' } } as SaharyEvent
    expect([...noticesOf(signedOut), ...noticesOf(asleep)]).toEqual([])
  })
})

describe('a warning', () => {
  it('names the servers and the time of the stop in Cairo', () => {
    const [title, body] = textOf(powers[0]!, 'en')
    expect(title).toBe('1 server will stop at 12:20 pm')
    expect(bare(body)).toBe(
      'The battery is low: web-1. Save your work; we start them again when the sun returns. With less processor, 2 servers run on: db-1 and db-2.',
    )
    const [عنوان, نص] = textOf(powers[0]!, 'ar')
    expect(عنوان).toBe('سيتوقف خادم واحد الساعة 12:20 م')
    expect(bare(نص)).toContain('ويستمر خادمان بمعالج أقل: db-1 وdb-2.')
  })

  it('counts in Arabic as Arabic counts', () => {
    const titleFor = (n: number) => {
      const stops = Array.from({ length: n }, (_, at) => `web-${at}`)
      return textOf(powerNotice(effects({ stops }), null), 'ar')[0]
    }
    expect([1, 2, 3, 11, 100, 103].map(titleFor)).toEqual([
      'سيتوقف خادم واحد الآن',
      'سيتوقف خادمان الآن',
      'سيتوقف 3 خوادم الآن',
      'سيتوقف 11 خادمًا الآن',
      'سيتوقف 100 خادم الآن',
      'سيتوقف 103 خوادم الآن',
    ])
  })

  it('cannot be turned round by the name of a server', () => {
    const [, body] = textOf(powerNotice(effects({ stops: ['evil\u202e\u2069'] }), null), 'ar')
    expect(body).toContain('\u2068evil\u2069')
  })
})
