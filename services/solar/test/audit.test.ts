import { solarAccess } from '@sahary/contracts/access/solar'
import { type Audited, changesIn, leftBy } from '@sahary/testing/audited'
import { staffToken } from '@sahary/testing/principal'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, newSite, roofSerial, solarBench } from './bench.ts'

let bench: Bench
beforeAll(async () => {
  bench = await solarBench()
})
afterAll(() => bench.end())

const sites = '/api/admin/sites'
type Wanted = { url: string; payload: object }
const send =
  (method: 'POST' | 'PATCH', wanted: () => Promise<Wanted>): Audited['ask'] =>
  async marked => {
    const headers = { authorization: `Bearer ${await staffToken('operator')}`, ...marked }
    return bench.app.inject({ method, headers, ...(await wanted()) })
  }
const roof = { vendor: 'opendtu', name: 'Roof', serial: roofSerial, ratedW: 2000 }

const routes: Record<string, Audited> = {
  [`POST ${sites}`]: {
    leaves: ['user site.create'],
    ask: send('POST', async () => ({ url: sites, payload: newSite })),
  },
  [`PATCH ${sites}/:id`]: {
    leaves: ['user site.update'],
    ask: send('PATCH', async () => ({
      url: `${sites}/${await bench.addSite()}`,
      payload: { name: 'Giza roof', version: 1 },
    })),
  },
  [`POST ${sites}/:id/inverters`]: {
    leaves: ['user inverter.create'],
    ask: send('POST', async () => ({ url: `${sites}/${await bench.addSite()}/inverters`, payload: roof })),
  },
  [`POST ${sites}/:id/level`]: {
    leaves: ['user power.order'],
    ask: send('POST', async () => ({
      url: `${sites}/${await bench.addSite()}/level`,
      payload: { level: 'low', minutes: 30, reason: 'maintenance' },
    })),
  },
}

describe('the audit', () => {
  it('is asked about every route that changes something', () => {
    expect(Object.keys(routes).sort()).toEqual(changesIn(solarAccess).sort())
  })

  it.each(Object.entries(routes))('tells who asked %s, and in which request', async (_route, { leaves, ask }) => {
    expect(await leftBy(bench.pool, ask)).toEqual(leaves)
  })
})
