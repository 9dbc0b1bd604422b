import { randomUUID } from 'node:crypto'
import { startConsumers } from '@sahary/bus/consumer'
import { type Bus, openBus } from '@sahary/bus/nats'
import type { Envelope } from '@sahary/contracts/envelope'
import { eventually } from '@sahary/testing/eventually'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { say, sayAgain } from '@sahary/testing/say'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { consumersOf } from '../src/app.ts'
import { type Bench, computeBench, logger, order, runningAs } from './bench.ts'

let nats: TestNats
let bench: Bench
let bus: Bus
let stop: () => Promise<void>
let vmId: number
beforeAll(async () => {
  ;[nats, bench] = await Promise.all([testNats(), computeBench()])
  bus = await openBus(nats.urlOf('compute'), { service: 'compute', logger })
  stop = startConsumers({ db: bench.db, bus, service: 'compute', logger, on: consumersOf(bench.deps) }).stop
  await bench.host()
  vmId = (await bench.ask('POST', '/api/customer/vms', order([await bench.key()]))).data.id
  await bench.seen(vmId, runningAs())
})
afterAll(async () => {
  await stop?.()
  await bus?.close()
  await bench?.close()
  await nats?.stop()
})

const taken = (id: string) =>
  eventually(async () => {
    const { rows } = await bench.pool.query('select 1 from inbox where event_id = $1', [id])
    expect(rows).toHaveLength(1)
  })
/** The same event twice more, and once under another id, as after a stream was filled again by somebody else. */
const repeat = async (event: Envelope) => {
  for (let count = 0; count < 2; count++) await sayAgain(nats, event)
  const other = { ...event, id: randomUUID() }
  await sayAgain(nats, other)
  await taken(other.id)
}
const verbs = async (): Promise<string[]> =>
  (await bench.ask('GET', `/api/customer/vms/${vmId}/actions`)).data.map(({ verb }: { verb: string }) => verb)

describe('what is heard more than once', () => {
  it.each([
    [
      'of an account that does not pay',
      () => say(nats, 'billing_account.suspended', 1, { accountId: 1, reason: 'overdue' }),
      () => say(nats, 'billing_account.reinstated', 1, { accountId: 1 }),
    ],
    [
      'of a person who is not let in',
      () => say(nats, 'user.deactivated', 1, { userId: 1, reason: 'left' }),
      () => say(nats, 'user.reactivated', 1, { userId: 1 }),
    ],
  ])('%s stops a VM once and starts it once, and the first word does not undo the last', async (_what, bad, good) => {
    const before = (await verbs()).length
    const held = await bad()
    await repeat(held)
    expect((await verbs()).slice(0, -before)).toEqual(['stop'])
    const released = await good()
    await repeat(released)
    await repeat(held)
    expect((await verbs()).slice(0, -before)).toEqual(['start', 'stop'])
  })
})
