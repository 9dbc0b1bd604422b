import { repairsAccess } from '@sahary/contracts/access/repairs'
import { type Audited, changesIn, leftBy } from '@sahary/testing/audited'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ask, type Bed, device, fault, openBed, type Who } from './bed.ts'

let bed: Bed
beforeAll(async () => {
  bed = await openBed()
})
afterAll(() => bed.close())

const devices = '/api/customer/devices'
const mine = '/api/customer/repairs'
const all = '/api/admin/repairs'
const made = async (path: string, body: object) => (await bed.ask('mona', 'POST', path, body)).body.data
const oneDevice = async (): Promise<string> => `${devices}/${(await made(devices, device())).id}`
const oneRepair = async (submit: boolean): Promise<number> => (await made(mine, fault({ submit }))).id

type Wanted = { path: string; body?: object }
const as =
  (who: Who, method: Parameters<Ask>[1], wanted: () => Promise<Wanted>): Audited['ask'] =>
  async headers => {
    const { path, body } = await wanted()
    const answer = await bed.ask(who, method, path, body, headers)
    return { statusCode: answer.status, body: answer.body }
  }
const comment = { comment: 'It began after the storm' }
const routes: Record<string, Audited> = {
  [`POST ${devices}`]: {
    leaves: ['user device.registered'],
    ask: as('mona', 'POST', async () => ({ path: devices, body: device() })),
  },
  [`PATCH ${devices}/:id`]: {
    leaves: ['user device.updated'],
    ask: as('mona', 'PATCH', async () => ({ path: await oneDevice(), body: { version: 1, brand: 'Huawei' } })),
  },
  [`DELETE ${devices}/:id`]: {
    leaves: ['user device.retired'],
    ask: as('mona', 'DELETE', async () => ({ path: await oneDevice() })),
  },
  [`POST ${mine}`]: {
    leaves: ['user repair.open', 'user repair.submitted'],
    ask: as('mona', 'POST', async () => ({ path: mine, body: fault({ submit: true }) })),
  },
  [`PATCH ${mine}/:id`]: {
    leaves: ['user repair.change'],
    ask: as('mona', 'PATCH', async () => ({
      path: `${mine}/${await oneRepair(false)}`,
      body: { version: 1, description: 'It shows error F24 since today' },
    })),
  },
  [`POST ${mine}/:id/transitions`]: {
    leaves: ['user repair.cancelled'],
    ask: as('mona', 'POST', async () => ({
      path: `${mine}/${await oneRepair(false)}/transitions`,
      body: { to: 'cancelled', version: 1 },
    })),
  },
  [`POST ${mine}/:id/comments`]: {
    leaves: ['user repair.comment'],
    ask: as('mona', 'POST', async () => ({ path: `${mine}/${await oneRepair(true)}/comments`, body: comment })),
  },
  [`POST ${all}/:id/transitions`]: {
    leaves: ['user repair.accepted'],
    ask: as('support', 'POST', async () => ({
      path: `${all}/${await oneRepair(true)}/transitions`,
      body: { to: 'accepted', version: 2 },
    })),
  },
  [`POST ${all}/:id/comments`]: {
    leaves: ['user repair.comment'],
    ask: as('technician', 'POST', async () => ({
      path: `${all}/${await oneRepair(true)}/comments`,
      body: { ...comment, visibility: 'internal' },
    })),
  },
}

describe('the audit', () => {
  it('is asked about every route that changes something', () => {
    expect(Object.keys(routes).sort()).toEqual(changesIn(repairsAccess).sort())
  })

  it.each(Object.entries(routes))('tells who asked %s, and in which request', async (_route, { leaves, ask }) => {
    expect(await leftBy(bed.database.pool, ask)).toEqual(leaves)
  })
})
