import { eventually } from '@sahary/testing/eventually'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { say, sayAgain } from '@sahary/testing/say'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, billingBench } from './bench.ts'
import { account, usage } from './month.ts'

let nats: TestNats
let bench: Bench
beforeAll(async () => {
  nats = await testNats()
  bench = await billingBench()
})
afterAll(async () => {
  await bench.close()
  await nats.stop()
})

describe('two replicas on a real bus', () => {
  it('bill a month once, though its usage is told three times and one of them is stopped in the middle', async () => {
    const stopFirst = await bench.start(nats)
    await bench.start(nats)
    const events = []
    for (const accountId of [7, 8, 9]) events.push(await say(nats, 'account.created', accountId, account(accountId)))
    for (let hour = 0; hour < 10; hour++)
      for (const accountId of [7, 8, 9]) {
        const usageId = hour * 10 + accountId
        const from = new Date(Date.UTC(2026, 10, 10, hour)).toISOString()
        events.push(await say(nats, 'usage.recorded', usageId, usage(usageId, from, { accountId })))
      }
    for (const event of [...events, ...events]) await sayAgain(nats, event)
    await eventually(
      async () => {
        const { rows } = await bench.pool.query('select count(*)::int as count from usage')
        expect(rows[0].count).toBe(30)
      },
      { withinMs: 20_000 },
    )
    bench.clock.set('2026-12-01T01:00:00Z')
    await stopFirst()
    await eventually(async () => expect((await bench.said('invoice.finalized')).length).toBe(3), { withinMs: 20_000 })
    await eventually(async () => expect((await bench.said()).every(each => each.published)).toBe(true))
    const finalized = (await bench.said('invoice.finalized')).map(each => each.data)
    expect(finalized.map(each => each.number)).toEqual(['INV-2026-000001', 'INV-2026-000002', 'INV-2026-000003'])
    // 10 vCPU-hours at 0.18, 5 GiB-hours at 0.07, 100 GiB-hours at 0.0021.
    expect(new Set(finalized.map(each => each.netMinor))).toEqual(new Set([180 + 35 + 21]))
    const balances = await bench.balances()
    expect(Object.values(balances).reduce((sum, each) => sum + each, 0n)).toBe(0n)
  })
})
