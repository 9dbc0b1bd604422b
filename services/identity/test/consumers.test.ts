import { startConsumers } from '@sahary/bus/consumer'
import { type Bus, openBus } from '@sahary/bus/nats'
import { startRelay } from '@sahary/bus/relay'
import { eventually } from '@sahary/testing/eventually'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { say, sayAgain } from '@sahary/testing/say'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { consumers } from '../src/app.ts'
import { type Bed, openBed, signedIn } from './bed.ts'

let bed: Bed
let nats: TestNats
let bus: Bus
const stops: (() => Promise<void>)[] = []

beforeAll(async () => {
  ;[bed, nats] = await Promise.all([openBed(), testNats()])
  const { db, logger } = bed.deps
  bus = await openBus(nats.urlOf('identity'), { service: 'identity', logger })
  stops.push(startConsumers({ db, bus, service: 'identity', logger, on: consumers }).stop)
  stops.push(startRelay({ db, pool: bed.database.pool, bus, service: 'identity', logger }).stop)
})
afterAll(async () => {
  for (const stop of stops) await stop()
  await bus.close()
  await bed.close()
  await nats.stop()
})

const profile = async (token: string) => (await bed.get('/api/customer/profile', token)).body.data

describe('what billing says of an account', () => {
  it('is shown to its members, however often it is delivered, and a late word does not undo a newer one', async () => {
    const { account, accessToken } = await signedIn(bed)
    const at = new Date('2026-11-21T08:00:00Z')
    const late = await say({ nats, at }, 'billing_account.suspended', account.id, {
      accountId: account.id,
      reason: 'overdue',
    })
    await eventually(async () => expect((await profile(accessToken)).account.suspendedAt).toBe(at.toISOString()))
    await sayAgain(nats, late)
    const back = await say(nats, 'billing_account.reinstated', account.id, { accountId: account.id })
    await eventually(async () => expect((await profile(accessToken)).account.suspendedAt).toBeNull())
    for (const event of [late, back, late]) await sayAgain(nats, event)
    // The same news under another id, as a re-published event could come: older than what is known.
    await sayAgain(nats, { ...late, id: '0192f5a1-7c3e-7d41-8a44-0000000000aa' })
    const fence = await say(nats, 'billing_account.reinstated', account.id, { accountId: account.id })
    await eventually(async () => {
      const { rows } = await bed.database.pool.query('select 1 from inbox where event_id = $1', [fence.id])
      expect(rows).toHaveLength(1)
    })
    expect((await profile(accessToken)).account.suspendedAt).toBeNull()
  })
})

describe('what another service finds suspicious', () => {
  it('becomes one alert, however often it is delivered', async () => {
    const { user } = await signedIn(bed)
    const seen = { kind: 'foreign_vm', userId: user.id, accountId: null, detail: 'asked for the VM of somebody else' }
    const event = await say(nats, 'compute_security.observed', 'guard', seen)
    for (let count = 0; count < 2; count++) await sayAgain(nats, event)
    const other = await say(nats, 'repairs_security.observed', 'guard', { ...seen, userId: 999_999 })
    await eventually(async () => {
      const { rows } = await bed.database.pool.query(
        // Two speakers' events come in no order.
        'select event_id, user_id::int, kind, detail from security_alert order by detail',
      )
      expect(rows).toEqual([
        {
          event_id: event.id,
          user_id: user.id,
          kind: 'foreign_vm',
          detail: 'compute: asked for the VM of somebody else',
        },
        { event_id: other.id, user_id: null, kind: 'foreign_vm', detail: 'repairs: asked for the VM of somebody else' },
      ])
    })
    expect(await bed.said('security.alert_raised')).toHaveLength(2)
  })
})

describe('what identity says', () => {
  it('reaches its stream with the rights of its own user', async () => {
    await signedIn(bed)
    const admin = await nats.admin()
    const outbox = await bed.said('user.registered', 'account.created', 'user.signed_in', 'security.alert_raised')
    await eventually(async () => {
      const info = (await admin.request('$JS.API.STREAM.INFO.IDENTITY')).json<{ state: { messages: number } }>()
      expect(info.state.messages).toBe(outbox.length)
    })
  })
})

describe('signing keys', () => {
  it('are published without their private half, and verify what identity signs', async () => {
    const answer = await bed.get('/.well-known/jwks.json')
    expect(answer.body.keys).toEqual([
      { kid: expect.any(String), kty: 'OKP', crv: 'Ed25519', x: expect.any(String), alg: 'EdDSA', use: 'sig' },
    ])
    expect(answer.headers['cache-control']).toContain('public')
    const { rows } = await bed.database.pool.query("select encode(sealed_private, 'escape') as t from signing_key")
    expect(rows[0].t).not.toContain('"d"')
  })

  it('are made once when replicas start together, and rotate without signing anybody out', async () => {
    await Promise.all(Array.from({ length: 4 }, () => bed.deps.keys.keep()))
    expect(bed.deps.keys.published()).toHaveLength(1)
    const { identifier } = await signedIn(bed)
    const month = 30 * 86_400_000
    bed.later(month - 3_600_000)
    await bed.deps.keys.keep()
    const before = (await bed.post('/api/auth/login', { identifier, password: 'a sunny long sentence' })).body.data
    bed.later(3_700_000)
    const after = (await bed.post('/api/auth/login', { identifier, password: 'a sunny long sentence' })).body.data
    const kid = (token: string) => JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()).kid
    expect(kid(after.accessToken)).not.toBe(kid(before.accessToken))
    expect(bed.deps.keys.published().map(key => key.kid)).toEqual([kid(before.accessToken), kid(after.accessToken)])
    bed.later(2 * 3_600_000)
    await bed.deps.keys.keep()
    expect(bed.deps.keys.published().map(key => key.kid)).toEqual([kid(after.accessToken)])
  })
})
