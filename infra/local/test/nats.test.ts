import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { ensureDurable, streamConfig } from '@sahary/bus/streams'
import type { ServiceName } from '@sahary/contracts/services'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { say } from '@sahary/testing/say'
import { connect, type NatsConnection } from 'nats'
import { afterAll, beforeAll, expect, test } from 'vitest'

let nats: TestNats
const open: NatsConnection[] = []

/** Signs in as a service's user, as its bus does. */
async function as(service: ServiceName): Promise<{ nc: NatsConnection; jsm: JetStreamManager; violations: string[] }> {
  const url = new URL(nats.urlOf(service))
  const nc = await connect({
    servers: url.host,
    user: url.username,
    pass: url.password,
    inboxPrefix: `_INBOX_${service}`,
    timeout: 2_000,
  })
  open.push(nc)
  const violations: string[] = []
  void (async () => {
    for await (const status of nc.status()) if (status.type === 'error') violations.push(status.error.message)
  })()
  return { nc, jsm: await jetstreamManager(nc, { checkAPI: false, timeout: 800 }), violations }
}

const refused = /Permissions Violation|permission/i

beforeAll(async () => {
  nats = await testNats()
})
afterAll(async () => {
  await Promise.all(open.map(nc => nc.close()))
  await nats.stop()
})

test('a service says its own nouns', async () => {
  const { nc } = await as('solar')
  const ack = await jetstream(nc).publish('power.low', '{}', { timeout: 2_000 })
  expect(ack.stream).toBe('SOLAR')
})

test('a service cannot say a noun of another', async () => {
  const { nc } = await as('solar')
  await expect(jetstream(nc).publish('invoice.paid', '{}', { timeout: 800 })).rejects.toThrow(refused)
})

test('a service reads and acknowledges through its own durable', async () => {
  await say(nats, 'billing_account.reinstated', 1, { accountId: 1 })
  const { nc } = await as('compute')
  const consumer = await jetstream(nc, { timeout: 2_000 }).consumers.get('BILLING', 'compute--billing_account')
  const message = await consumer.next({ expires: 5_000 })
  expect(message?.subject).toBe('billing_account.reinstated')
  expect(await message!.ackAck()).toBe(true)
})

test('a service makes its lost durable anew, over its own noun only', async () => {
  const { jsm } = await as('compute')
  await jsm.consumers.delete('BILLING', 'compute--billing_account')
  expect(await ensureDurable(jsm, 'compute', 'billing_account')).toBe('made')
  await jsm.consumers.delete('BILLING', 'compute--billing_account')
  const wider = {
    durable_name: 'compute--billing_account',
    ack_policy: 'explicit' as const,
    filter_subject: 'invoice.>',
  }
  await expect(jsm.consumers.add('BILLING', wider)).rejects.toThrow(refused)
  await ensureDurable(jsm, 'compute', 'billing_account')
})

test('a service makes its own lost stream anew', async () => {
  const admin = await jetstreamManager(await nats.admin())
  await admin.streams.delete('REPAIRS')
  const { jsm } = await as('repairs')
  const made = await jsm.streams.add(streamConfig('repairs'))
  expect(made.config.subjects).toEqual(['device.>', 'repair.>', 'quote.>', 'repairs_security.>'])
})

test('a service cannot read, delete or make the durable of another', async () => {
  const { nc, jsm } = await as('metering')
  const theirs = 'compute--billing_account'
  await expect(jsm.consumers.info('BILLING', theirs)).rejects.toThrow(refused)
  await expect(jsm.consumers.delete('BILLING', theirs)).rejects.toThrow(refused)
  await expect(ensureDurable(jsm, 'metering', 'billing_account')).rejects.toThrow(refused)
  const next = nc.request(`$JS.API.CONSUMER.MSG.NEXT.BILLING.${theirs}`, '', { timeout: 800 })
  await expect(next).rejects.toThrow(refused)
})

test('a service cannot purge, delete or make a stream of another, nor purge its own', async () => {
  const { jsm } = await as('metering')
  await expect(jsm.streams.purge('BILLING')).rejects.toThrow(refused)
  await expect(jsm.streams.delete('BILLING')).rejects.toThrow(refused)
  await expect(jsm.streams.add({ name: 'BILLING', subjects: ['invoice.>'] })).rejects.toThrow(refused)
  await expect(jsm.streams.add({ name: 'SPY', subjects: ['spy.>'] })).rejects.toThrow(refused)
  await expect(jsm.streams.purge('METERING')).rejects.toThrow(refused)
  await expect(jsm.streams.getMessage('BILLING', { seq: 1 })).rejects.toThrow(refused)
})

test('a service hears nothing by plain subscription and nobody else’s answers', async () => {
  for (const subject of ['>', 'invoice.>', '_INBOX_billing.>', '$JS.ACK.>']) {
    const { nc } = await as('metering')
    const subscription = nc.subscribe(subject)
    const ended = (async () => {
      for await (const _ of subscription) throw new Error(`${subject} was heard`)
    })()
    await expect(ended, subject).rejects.toThrow(refused)
  }
})

test('the gateway reads every stream with consumers of its own and touches nobody’s durable', async () => {
  await say(nats, 'invoice.voided', 7, {
    invoiceId: 7,
    accountId: 1,
    number: 'T-7',
    period: { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
    currency: 'EGP',
    netMinor: 1,
    vatMinor: 0,
    totalMinor: 1,
    reason: 'test',
  })
  const { nc, jsm } = await as('gateway')
  const consumer = await jetstream(nc, { timeout: 2_000 }).consumers.get('BILLING', { filter_subjects: 'invoice.>' })
  const message = await consumer.next({ expires: 5_000 })
  expect(message?.subject).toBe('invoice.voided')
  await expect(jsm.consumers.delete('BILLING', 'compute--billing_account')).rejects.toThrow(refused)
  const taken = { durable_name: 'notification--invoice', ack_policy: 'explicit' as const, filter_subject: 'invoice.>' }
  await expect(jsm.consumers.add('BILLING', taken)).rejects.toThrow(refused)
})

test('a service hears at each replica that tokens were taken back, nothing else of people, and takes nobody’s place', async () => {
  const revokedAt = new Date().toISOString()
  const sessionId = '0b8f7c1e-6f0e-4f5e-9a57-0c5a3a0f7f11'
  await say(nats, 'session.revoked', sessionId, { userId: 9, sessionId, reason: 'signed_out', revokedAt })
  const { nc, jsm } = await as('metering')
  const { consumers } = jetstream(nc, { timeout: 800 })
  const consumer = await consumers.get('IDENTITY', { filter_subjects: 'session.revoked' })
  expect((await consumer.next({ expires: 5_000 }))?.subject).toBe('session.revoked')
  for (const filter_subjects of ['user.registered', 'user.>', '>'])
    await expect(consumers.get('IDENTITY', { filter_subjects }), filter_subjects).rejects.toThrow(refused)
  for (const durable of ['compute--user', 'notification--session']) {
    const taken = { durable_name: durable, ack_policy: 'explicit' as const, filter_subject: 'user.deactivated' }
    await expect(jsm.consumers.add('IDENTITY', taken)).rejects.toThrow(refused)
    await expect(jsm.consumers.delete('IDENTITY', durable)).rejects.toThrow(refused)
  }
})

test('the gateway keeps the business clock: others ask and listen, and cannot set it', async () => {
  const { nc: gateway } = await as('gateway')
  const { nc: billing } = await as('billing')
  gateway.subscribe('control.clock.get', { callback: (_, message) => void message.respond('the time') })
  const heard = new Promise(resolve => {
    billing.subscribe('control.clock', { callback: (_, message) => resolve(message.string()) })
  })
  await Promise.all([gateway.flush(), billing.flush()])
  expect((await billing.request('control.clock.get')).string()).toBe('the time')
  gateway.publish('control.clock', 'a change')
  expect(await heard).toBe('a change')
  const { nc: liar, violations } = await as('metering')
  liar.publish('control.clock', 'a lie')
  await liar.flush()
  await expect.poll(() => violations.join()).toMatch(refused)
})

test('nobody gets in without a password or with a wrong one', async () => {
  const servers = new URL(nats.url).host
  await expect(connect({ servers, reconnect: false })).rejects.toThrow(/Authorization/i)
  await expect(connect({ servers, user: 'billing', pass: 'wrong', reconnect: false })).rejects.toThrow(/Authorization/i)
})
