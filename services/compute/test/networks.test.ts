import { transaction } from '@sahary/db/transaction'
import { registry } from '@sahary/observability/metrics'
import { eventually } from '@sahary/testing/eventually'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { releaseEmpty, takeAddress } from '../src/networks/actions.ts'
import { removeEmpty } from '../src/networks/jobs.ts'
import { computeBench, order } from './bench.ts'
import { driverOn } from './driver.ts'
import { testEngine } from './engine.ts'

let engine: Awaited<ReturnType<typeof testEngine>>
let bench: Awaited<ReturnType<typeof computeBench>>
let driver: Awaited<ReturnType<typeof driverOn>>
beforeAll(async () => {
  engine = await testEngine()
  bench = await computeBench()
  driver = await driverOn(bench, engine)
})
afterAll(async () => {
  await driver?.close()
  await bench?.close()
  await engine?.stop()
})

const networks = async () => {
  const filters = { label: [`sahary.installation=${driver.driving.installation}`] }
  return (await engine.docker.listNetworks({ filters })).map(({ Name }) => Name)
}
const rows = async () =>
  (await bench.pool.query('select id, subnet::text, released_at, removed_at from network order by id')).rows
const rent = async () => {
  const { data } = await bench.ask('POST', '/api/customer/vms', order([await bench.key().catch(firstKey)]))
  const see = async () => (await bench.ask('GET', `/api/customer/vms/${data.id}`)).data
  await eventually(async () => expect(await see()).toMatchObject({ status: 'running' }), { withinMs: 20_000 })
  return Number(data.id)
}
const firstKey = async () => (await bench.ask('GET', '/api/customer/ssh-keys')).data[0].id as number
const gone = async (id: number) => {
  expect((await bench.ask('DELETE', `/api/customer/vms/${id}`)).status).toBe(202)
  await eventually(
    async () =>
      expect(
        (await bench.pool.query('select deleted_at from vm where id = $1', [id])).rows[0].deleted_at,
      ).not.toBeNull(),
    { withinMs: 20_000 },
  )
}

describe('the network of an account', () => {
  it('stays while a VM lives in it, and ends with the last one; its subnet is given away again', async () => {
    const [first, second] = [await rent(), await rent()]
    const [network] = await rows()
    await gone(first)
    await removeEmpty(driver.driving)
    expect(await networks()).toEqual([`sahary-net-${network.id}`])
    await gone(second)
    await removeEmpty(driver.driving)
    expect(await networks()).toEqual([])
    const third = await rent()
    const [old, fresh] = await rows()
    expect([old.removed_at !== null, fresh.subnet]).toEqual([true, old.subnet])
    await removeEmpty(driver.driving)
    expect(await networks()).toEqual([`sahary-net-${fresh.id}`])
    await gone(third)
  })

  it('that was released before we were killed is removed at the next turn, however often it is tried', async () => {
    await gone(await rent())
    await transaction(bench.db, tx => releaseEmpty(tx, driver.driving.hostId))
    expect(await networks()).toHaveLength(1)
    for (let turn = 0; turn < 2; turn++) await removeEmpty(driver.driving)
    expect(await networks()).toEqual([])
  })

  it('is not released under somebody who is just being placed in it', async () => {
    const { hostId } = driver.driving
    const pool = bench.deps.networkPool
    const seat = await transaction(bench.db, tx => takeAddress(tx, 77, hostId, pool))
    let release: Promise<void> | undefined
    const again = await transaction(bench.db, async tx => {
      const taken = await takeAddress(tx, 77, hostId, pool)
      release = transaction(bench.db, other => releaseEmpty(other, hostId))
      await release
      return taken
    })
    expect(again.networkId).toBe(seat.networkId)
    expect((await rows()).find(({ id }) => Number(id) === seat.networkId)?.released_at).toBeNull()
    await transaction(bench.db, tx => releaseEmpty(tx, hostId))
    const other = await transaction(bench.db, tx => takeAddress(tx, 77, hostId, pool))
    expect(other.networkId).not.toBe(seat.networkId)
  })
})

describe('the metrics of compute', () => {
  it('say what the VMs of the host do, what came of actions, and for how long one has been waited for', async () => {
    const id = await rent()
    await eventually(async () => {
      const text = await registry.metrics()
      expect(text).toMatch(/compute_vms\{status="running"\} 1/)
      expect(text).toMatch(/compute_vms_unsettled 0/)
      expect(text).toMatch(/compute_oldest_action_seconds 0/)
      expect(text).toMatch(/compute_actions_total\{verb="create",outcome="success"\} \d/)
    })
    await gone(id)
    await eventually(async () =>
      expect(await registry.metrics()).toMatch(/compute_actions_total\{verb="delete",outcome="success"\} \d/),
    )
  })
})
