import { startConsumers } from '@sahary/bus/consumer'
import { type Bus, openBus } from '@sahary/bus/nats'
import { startRelay } from '@sahary/bus/relay'
import { eventually } from '@sahary/testing/eventually'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { say, sayAgain } from '@sahary/testing/say'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { consumers } from '../src/app.ts'
import { type Bed, fault, openBed } from './bed.ts'

let bed: Bed
let nats: TestNats
let bus: Bus
const stops: (() => Promise<void>)[] = []
beforeAll(async () => {
  ;[bed, nats] = await Promise.all([openBed(), testNats()])
  const { db, logger } = bed.deps
  bus = await openBus(nats.urlOf('repairs'), { service: 'repairs', logger })
  stops.push(startConsumers({ db, bus, service: 'repairs', logger, on: consumers }).stop)
  stops.push(startRelay({ db, pool: bed.database.pool, bus, service: 'repairs', logger }).stop)
})
afterAll(async () => {
  for (const stop of stops) await stop()
  await bus.close()
  await bed.close()
  await nats.stop()
})

const rows = async (text: string) => (await bed.database.pool.query(text)).rows
const person = {
  userId: 50,
  name: 'Hany Adel',
  email: 'h@example.com',
  mobile: null,
  locale: 'ar',
  roles: ['technician'],
} as const

describe('people', () => {
  it('are known by name and as staff, however often it is said, and a late word does not undo a newer one', async () => {
    const registered = await say(nats, 'user.registered', 50, { ...person, roles: ['technician'] })
    await sayAgain(nats, registered)
    await eventually(async () =>
      expect(await rows('select name, staff from person where user_id = 50')).toEqual([
        { name: 'Hany Adel', staff: true },
      ]),
    )
    const staff = (is: boolean) =>
      eventually(async () => expect(await rows('select staff from person where user_id = 50')).toEqual([{ staff: is }]))
    const taken = (id: string) =>
      eventually(async () => expect(await rows(`select 1 from inbox where event_id = '${id}'`)).toHaveLength(1))
    const none = await say({ nats, sequence: 5 }, 'user.roles_changed', 50, { userId: 50, roles: [] })
    await sayAgain(nats, none)
    await staff(false)
    const late = await say({ nats, sequence: 4 }, 'user.roles_changed', 50, { userId: 50, roles: ['technician'] })
    await taken(late.id)
    await staff(false)
    await say({ nats, sequence: 6 }, 'user.roles_changed', 50, { userId: 50, roles: ['technician'] })
    await staff(true)
    const out = await say({ nats, sequence: 7 }, 'user.deactivated', 50, { userId: 50, reason: 'left' })
    await sayAgain(nats, out)
    await staff(false)
    const back = await say({ nats, sequence: 8 }, 'user.roles_changed', 50, { userId: 50, roles: ['support'] })
    await taken(back.id)
    for (const [event, id] of [
      [none, '0192f5a1-7c3e-7d41-8a44-0000000000c1'],
      [out, '0192f5a1-7c3e-7d41-8a44-0000000000c2'],
    ] as const) {
      await sayAgain(nats, event)
      await sayAgain(nats, { ...event, id })
      await taken(id)
    }
    await staff(true)
  })
})

describe('a diagnosis', () => {
  it('is recorded once, however often it is delivered', async () => {
    const raised = {
      diagnosisId: 9,
      siteId: 1,
      inverterId: 4,
      kind: 'frozen',
      summary: 'reads the same for an hour',
    } as const
    const event = await say(nats, 'diagnosis.raised', 9, raised)
    for (let count = 0; count < 2; count++) await sayAgain(nats, event)
    await sayAgain(nats, { ...event, id: '0192f5a1-7c3e-7d41-8a44-0000000000bb' })
    await eventually(async () =>
      expect(await rows("select count(*)::int as n from inbox where type = 'diagnosis.raised'")).toEqual([{ n: 2 }]),
    )
    expect(await rows('select id::int, site_id::int, inverter_id::int, kind from diagnosis')).toEqual([
      { id: 9, site_id: 1, inverter_id: 4, kind: 'frozen' },
    ])
  })
})

describe('what repairs says', () => {
  it('reaches its stream with the rights of its own user', async () => {
    await bed.ask('mona', 'POST', '/api/customer/repairs', fault({ submit: true }))
    const admin = await nats.admin()
    await eventually(async () => {
      const info = (await admin.request('$JS.API.STREAM.INFO.REPAIRS')).json<{ state: { messages: number } }>()
      expect(info.state.messages).toBe((await bed.said()).length)
    })
  })
})
