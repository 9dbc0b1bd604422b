import type { Platform } from '@sahary/local/platform/platform'
import type { Browser } from 'playwright-core'
import { caller, ok } from '../system/customer.ts'
import { startPlatform } from '../system/platform.ts'
import { openRoof } from '../system/roof.ts'
import { openBrowser } from './browser.ts'

/** A platform with a roof in the sun, an operator at its clock, and a browser to look at it with. */
export type Scene = {
  platform: Platform
  roof: Awaited<ReturnType<typeof openRoof>>
  browser: Browser
  setClock: (change: Clock) => Promise<unknown>
  close: () => Promise<void>
}
type Clock = { businessAt?: string; rate?: number }

/** Nobody here asks what becomes of late usage: a month is closed as soon as its last hour has had time to come. */
const settings = { billing: { INVOICE_REAL_GRACE_S: '10' } }

/** Opens it at a moment of the business clock. */
export async function openScene(clock: Clock): Promise<Scene> {
  const { platform, stop } = await startPlatform({ settings })
  const open: (() => Promise<unknown>)[] = [stop]
  const close = async () => {
    for (const end of open.splice(0).reverse()) await end()
  }
  try {
    const door = caller(platform.gatewayUrl)
    const { accessToken } = ok(await door.post<{ accessToken: string }>('/api/auth/login', platform.admin))
    const setClock = async (change: Clock) => ok(await door.as(accessToken).put('/api/admin/clock', change))
    await setClock(clock)
    const { host, port } = platform.servers.mosquitto.device
    const { gatewayUrl, admin } = platform
    const roof = await openRoof({ gatewayUrl, admin, mqttUrl: `mqtt://${host}:${port}` })
    open.push(roof.stop)
    const browser = await openBrowser()
    open.push(() => browser.close())
    return { platform, roof, browser, setClock, close }
  } catch (error) {
    await close()
    throw error
  }
}
