import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import type { Principal } from '@sahary/auth/principal'
import { createSigner } from '@sahary/auth/sign'
import type { SaharyEvent } from '@sahary/contracts/events'
import { eventually } from '@sahary/testing/eventually'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHub } from '../src/feed/hub.ts'
import { startLiveEnergy } from '../src/feed/jobs.ts'
import { type Behind, behind, gatewayWith, logger } from './world.ts'

const principal: Principal = {
  userId: 1,
  accountId: 4,
  memberRole: 'owner',
  roles: [],
  sessionId: 'a5d7b9c0-0000-4000-8000-000000000001',
  locale: 'en',
}

let solar: Behind
let tokenFor: (lifetimeS: number) => Promise<string>
const hub = createHub()
const app = gatewayWith({ hub, verify: async () => principal })
beforeAll(async () => {
  solar = await behind()
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const sign = createSigner(await exportJWK(privateKey))
  tokenFor = lifetimeS => sign(principal, { lifetimeS })
  await app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(async () => {
  await app.close()
  await solar.close()
})
const port = () => (app.server.address() as AddressInfo).port
const open = async (lifetimeS: number) =>
  fetch(`http://127.0.0.1:${port()}/api/customer/events`, {
    headers: { authorization: `Bearer ${await tokenFor(lifetimeS)}` },
  })

describe('a stream', () => {
  it('ends when its token does', async () => {
    const response = await open(1)
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('retry: 2000\n\n')
    expect(hub.size()).toBe(0)
  })

  it('of somebody who does not read is cut, and costs nobody else anything', async () => {
    const socket = connect(port(), '127.0.0.1')
    socket.on('error', () => {})
    socket.pause()
    socket.write(`GET /api/customer/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${await tokenFor(60)}\r\n\r\n`)
    await eventually(() => expect(hub.size()).toBe(1))
    const data = { accountId: 4, name: 'x'.repeat(100_000) }
    await eventually(() => {
      for (let i = 0; i < 20; i++)
        hub.tell({ id: `${Math.random()}`, type: 'vm.started', data } as unknown as SaharyEvent)
      expect(hub.size()).toBe(0)
    })
    socket.destroy()
  })
})

describe('the live figures of the sites', () => {
  it('are asked for while somebody listens, told to everybody, and missed when solar is away', async () => {
    const sites = [{ siteId: 1, pvW: 4200 }]
    solar.answer = (_asked, response) => void response.end(JSON.stringify({ data: sites }))
    const job = startLiveEnergy({ hub, solarUrl: solar.url, logger })
    const response = await open(60)
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    await reader.read()
    expect(solar.asked).toHaveLength(0)
    job.wake()
    expect((await reader.read()).value).toBe(`event: energy.live\ndata: ${JSON.stringify(sites)}\n\n`)
    await solar.close()
    job.wake()
    await job.stop()
    await reader.cancel()
    await eventually(() => expect(hub.size()).toBe(0))
  })
})
