import { computeAccess } from '@sahary/contracts/access/compute'
import { type Ask, type Audited, changesIn, leftBy } from '@sahary/testing/audited'
import { bearer } from '@sahary/testing/principal'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, computeBench, order, runningAs } from './bench.ts'
import { sshKeyPair } from './ssh.ts'

let bench: Bench
let keyId: number
beforeAll(async () => {
  bench = await computeBench()
  await bench.host()
  keyId = await bench.key()
})
afterAll(() => bench.close())

const keys = '/api/customer/ssh-keys'
const vms = '/api/customer/vms'
const vm = async (): Promise<string> => {
  const { id } = (await bench.ask('POST', vms, order([keyId]))).data
  await bench.seen(id, runningAs())
  return `${vms}/${id}`
}
type Wanted = { url: string; payload?: object }
const send =
  (method: 'POST' | 'PATCH' | 'DELETE', wanted: () => Promise<Wanted>): Ask =>
  async headers =>
    bench.app.inject({ method, headers: { ...(await bearer()), ...headers }, ...(await wanted()) })

const routes: Record<string, Audited> = {
  [`POST ${keys}`]: {
    leaves: ['user ssh_key.create'],
    ask: send('POST', async () => ({ url: keys, payload: { name: 'laptop', publicKey: sshKeyPair().publicKey } })),
  },
  [`DELETE ${keys}/:id`]: {
    leaves: ['user ssh_key.delete'],
    ask: send('DELETE', async () => ({ url: `${keys}/${await bench.key()}` })),
  },
  [`POST ${vms}`]: {
    leaves: ['user vm.create'],
    ask: send('POST', async () => ({ url: vms, payload: order([keyId]) })),
  },
  [`PATCH ${vms}/:id`]: {
    leaves: ['user vm.rename'],
    ask: send('PATCH', async () => ({ url: await vm(), payload: { name: 'renamed', version: 1 } })),
  },
  [`DELETE ${vms}/:id`]: { leaves: ['user vm.delete'], ask: send('DELETE', async () => ({ url: await vm() })) },
}
for (const verb of ['start', 'stop', 'reboot'])
  routes[`POST ${vms}/:id/${verb}`] = {
    leaves: [`user vm.${verb}`],
    ask: send('POST', async () => ({ url: `${await vm()}/${verb}` })),
  }

describe('the audit', () => {
  it('is asked about every route that changes something', () => {
    expect(Object.keys(routes).sort()).toEqual(changesIn(computeAccess).sort())
  })

  it.each(Object.entries(routes))('tells who asked %s, and in which request', async (_route, { leaves, ask }) => {
    expect(await leftBy(bench.pool, ask)).toEqual(leaves)
  })
})
