import { identityAccess } from '@sahary/contracts/access/identity'
import { type Audited, changesIn, leftBy } from '@sahary/testing/audited'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bed, freshEmail, openBed, password, signedIn } from './bed.ts'

let bed: Bed
beforeAll(async () => {
  bed = await openBed()
})
afterAll(() => bed.close())

const send =
  (url: string, wanted: () => Promise<object>): Audited['ask'] =>
  async headers => {
    const answer = await bed.post(url, await wanted(), headers)
    return { statusCode: answer.status, body: answer.body }
  }

const routes: Record<string, Audited> = {
  'POST /api/auth/register': {
    leaves: ['user user.register'],
    ask: send('/api/auth/register', async () => ({ identifier: freshEmail(), password, name: 'Mona' })),
  },
  'POST /api/auth/login': {
    leaves: ['user session.open'],
    ask: send('/api/auth/login', async () => ({ identifier: (await signedIn(bed)).identifier, password })),
  },
  'POST /api/auth/logout': {
    leaves: ['user session.end'],
    ask: send('/api/auth/logout', async () => ({ refreshToken: (await signedIn(bed)).refreshToken })),
  },
  // A session that goes on; its beginning and its end are written down.
  'POST /api/auth/refresh': {
    leaves: [],
    ask: send('/api/auth/refresh', async () => ({ refreshToken: (await signedIn(bed)).refreshToken })),
  },
}

describe('the audit', () => {
  it('is asked about every route that changes something', () => {
    expect(Object.keys(routes).sort()).toEqual(changesIn(identityAccess).sort())
  })

  it.each(Object.entries(routes))('tells who asked %s, and in which request', async (_route, { leaves, ask }) => {
    expect(await leftBy(bed.database.pool, ask)).toEqual(leaves)
  })
})
