import { transaction } from '@sahary/db/transaction'
import { meeting } from '@sahary/testing/meeting'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deactivate, suspend } from '../src/accounts/actions.ts'
import type { Database } from '../src/app.ts'
import { hostSeen } from '../src/hosts/actions.ts'
import { listHosts } from '../src/hosts/store.ts'
import { takeAddress } from '../src/networks/actions.ts'
import { levelChanged } from '../src/power/actions.ts'
import { rent } from '../src/rental/actions.ts'
import type { Doer } from '../src/vms/doer.ts'
import { type Bench, computeBench, order, probeOf, rulesOf, start } from './bench.ts'

type Tx = Parameters<typeof rent>[0]
let bench: Bench
let keyId: number
beforeEach(async () => {
  bench = await computeBench()
  await bench.host()
  keyId = await bench.key()
})
afterEach(() => bench.close())

const by: Doer = {
  accountId: 1,
  userId: 1,
  at: start,
  audit: { actor: { userId: 1 }, accountId: 1, requestId: 'a-race', at: start },
}
const solar = () => order([keyId], { supplyClass: 'solar_only' }) as Parameters<typeof rent>[2]
const rented = async (tx: Tx) => rent(tx, by, solar(), bench.deps.networkPool)
const asked = () => bench.ask('POST', '/api/customer/vms', solar())
const inOwn = (work: (tx: Tx) => Promise<unknown>) => () => transaction<Database, unknown>(bench.db, work)
const vms = async () => (await bench.ask('GET', '/api/customer/vms')).data as { desired: string }[]

const critical = { level: 'critical', noticeEndsAt: null, changedAt: start, now: start } as const
const news: [string, (tx: Tx) => Promise<void>, string][] = [
  ['a site that runs out of power', tx => levelChanged(tx, 1, critical), 'site_short_of_power'],
  ['an account that is suspended', tx => suspend(tx, 1, true, start), 'account_suspended'],
  ['a person who is deactivated', tx => deactivate(tx, 1, true, start), 'vm_held'],
]

describe('a rental that meets news of', () => {
  it.each(news)('%s comes wholly before it, and its VM is stopped', async (_what, told) => {
    await meeting(bench, rented, inOwn(told))
    expect(await vms()).toMatchObject([{ desired: 'off' }])
  })

  it.each(news)('%s comes wholly after it, and is refused', async (_what, told, code) => {
    const answer = await meeting(bench, told, asked)
    expect(answer.body).toMatchObject({ code })
    expect(await vms()).toEqual([])
  })
})

describe('two first beats of one new host at once', () => {
  it('make one host, which is said once to have joined', async () => {
    const beat = (tx: Tx) => hostSeen(tx, rulesOf('new'), probeOf(), start)
    const seen = await meeting(bench, beat, inOwn(beat))
    const hosts = (await listHosts(bench.db)).filter(({ name }) => name === 'new')
    expect(hosts).toMatchObject([{ state: 'up' }])
    expect(seen).toMatchObject({ id: hosts[0]?.id })
    const joined = (await bench.said('host.joined')).filter(({ data }) => data.name === 'new')
    expect(joined).toHaveLength(1)
  })
})

describe('two accounts that need their first network at once', () => {
  it('get different ones', async () => {
    const { rows } = await bench.pool.query('select id from host')
    const seat = (accountId: number) => (tx: Tx) =>
      takeAddress(tx, accountId, Number(rows[0].id), bench.deps.networkPool)
    await meeting(bench, seat(1), inOwn(seat(2)))
    const networks = await bench.pool.query('select account_id::int, subnet::text from network order by account_id')
    expect(networks.rows.map(({ account_id }) => account_id)).toEqual([1, 2])
    expect(new Set(networks.rows.map(({ subnet }) => subnet)).size).toBe(2)
  })
})
