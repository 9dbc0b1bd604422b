import { bearer, staffToken } from '@sahary/testing/principal'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { shareSlots } from '../src/energy/jobs.ts'
import type { SharedSlot } from '../src/sharing/sharing.ts'
import { type Bench, meteringBench, slotPatience } from './bench.ts'
import { at, metered, slot, text } from './site.ts'

let bench: Bench
beforeAll(async () => {
  bench = await meteringBench()
  for (const minutes of [0, 5, 10]) {
    await bench.hear('energy.slot_closed', slot(minutes))
    if (minutes > 0) for (const vmId of [1, 2]) await bench.hear('vm.metered', metered(vmId, minutes, '50'))
  }
  await bench.hear('energy.slot_closed', slot(0, { siteId: 2, loadWh: '7', bySource: { ...none, grid: '7' } }))
  bench.clock.set(at(40))
  await shareSlots(bench.deps, slotPatience)
  await bench.hear('energy.slot_closed', slot(35))
})
afterAll(() => bench.close())

const none = { solar: '0', battery: '0', grid: '0', generator: '0' }
const asked = async (query: string, token: Promise<string> = staffToken('operator')) => {
  const headers = { authorization: `Bearer ${await token}` }
  return bench.app.inject({ url: `/api/admin/slots?${query}`, headers })
}
const slots = async (query: string): Promise<SharedSlot[]> => (await asked(query)).json().data

it('tells an operator who used each slot of a site, newest first, once it has been shared', async () => {
  // Of 20 Wh that work added half is theirs, of 20 Wh that flows anyway all: both processors are reserved.
  const vmsWh = { solar: '22.5', battery: '7.5', grid: '0', generator: '0' }
  const platformWh = { solar: '7.5', battery: '2.5', grid: '0', generator: '0' }
  const shared = { siteId: 1, quality: 'measured', loadWh: '40', vms: 2, vmsWh, platformWh }
  expect(await slots('siteId=1')).toEqual([
    { ...shared, from: text(10), to: text(15) },
    { ...shared, from: text(5), to: text(10) },
    { ...shared, from: text(0), to: text(5), vms: 0, vmsWh: none, platformWh: slot(0).bySource },
  ])
  expect((await slots('siteId=2')).map(({ platformWh }) => platformWh.grid)).toEqual(['7'])
  expect(await slots('siteId=3')).toEqual([])
})

it('gives page after page', async () => {
  const first = (await asked('siteId=1&limit=2')).json()
  expect(first.data.map(({ from }: SharedSlot) => from)).toEqual([text(10), text(5)])
  const second = (await asked(`siteId=1&limit=2&cursor=${first.meta.nextCursor}`)).json()
  expect(second).toMatchObject({ data: [{ from: text(0) }], meta: { nextCursor: null } })
})

it('asks which site, reads no cursor but its own, and tells customers nothing', async () => {
  expect((await asked('')).json().errors).toMatchObject([{ field: 'siteId' }])
  expect((await asked('siteId=1&cursor=eyJmcm9tIjoiZXZlciJ9')).json().errors).toMatchObject([{ field: 'cursor' }])
  expect((await asked('siteId=1', staffToken('billing'))).statusCode).toBe(403)
  const { statusCode } = await bench.app.inject({ url: '/api/admin/slots?siteId=1', headers: await bearer() })
  expect(statusCode).toBe(403)
})
