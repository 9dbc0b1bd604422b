import type { Platform } from '@sahary/local/platform/platform'
import type { Kept } from '@sahary/local/stack/keeper'
import type { Site } from '@sahary/simulator/site'
import { eventually } from '@sahary/testing/eventually'
import { expect } from 'vitest'
import { type Caller, caller, ok } from '../system/customer.ts'
import { startPlatform } from '../system/platform.ts'
import { openRoof } from '../system/roof.ts'
import { newKey } from '../system/ssh.ts'
import { openTally } from './tally/tally.ts'

export const person = { identifier: '01112223334', password: 'a night in the desert' }
/** Less than the ten minutes that a token lives. */
const tokenMs = 300_000

/** A platform at work: somebody with a server that runs, a roof in the sun, an operator at the clock, and a tally of what is heard. */
export type Scene = {
  platform: Platform
  dir: string
  roof: Site
  tally: Kept
  vmId: number
  customer: () => Caller
  operator: () => Caller
  signIn: (who: { identifier: string; password: string }) => Promise<Caller>
  /** Signs both in again when their tokens have lived for long. */
  refresh: () => Promise<void>
  /** How fast business time runs; whatever is down is waited for. */
  run: (rate: number) => Promise<void>
  status: () => Promise<string>
  stop: () => Promise<void>
}

/** Opens it at a moment of the business clock. */
export async function openScene(businessAt: string): Promise<Scene> {
  const { platform, dir, stop } = await startPlatform()
  const door = caller(platform.gatewayUrl)
  const signIn = async (who: { identifier: string; password: string }): Promise<Caller> =>
    door.as(ok(await door.post<{ accessToken: string }>('/api/auth/login', who)).accessToken)
  let [operator, customer, signedInAt] = [door, door, 0]
  const refresh = async () => {
    if (Date.now() - signedInAt < tokenMs) return
    operator = await signIn(platform.admin)
    customer = await signIn(person)
    signedInAt = Date.now()
  }
  try {
    const tally = await openTally(platform, dir)
    ok(await door.post('/api/auth/register', { ...person, name: 'Chaos' }), 201)
    await refresh()
    ok(await operator.put('/api/admin/clock', { businessAt }))
    const { host, port } = platform.servers.mosquitto.device
    const mqttUrl = `mqtt://${host}:${port}`
    const roof = await openRoof({ gatewayUrl: platform.gatewayUrl, admin: platform.admin, mqttUrl })
    const vmId = await rent(customer)
    const status = async () => ok(await customer.get<{ status: string }>(`/api/customer/vms/${vmId}`)).status
    await eventually(async () => expect(await status()).toBe('running'), { withinMs: 60_000, everyMs: 250 })
    return {
      ...{ platform, dir, roof: roof.site, tally, vmId, signIn, refresh, status },
      customer: () => customer,
      operator: () => operator,
      run: async rate => {
        const put = async () => ok(await operator.put('/api/admin/clock', { rate }))
        await eventually(put, { withinMs: 60_000, everyMs: 250 })
      },
      stop: async () => {
        await roof.stop()
        await tally.stop()
        await stop()
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Rents a small server with a fresh key; gives its id. */
export async function rent(customer: Caller, name = 'one', supplyClass = 'always_on'): Promise<number> {
  const key = { name, publicKey: newKey().public }
  const { id } = ok(await customer.post<{ id: number }>('/api/customer/ssh-keys', key), 201)
  const order = { name, vmType: 'tiny-1', image: 'tiny', supplyClass, sshKeyIds: [id] }
  return ok(await customer.post<{ id: number }>('/api/customer/vms', order), 201).id
}
