import type { BrowserContext } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { newVisitor, visit } from './browser.ts'
import { mobile, signIn } from './customer.ts'
import type { Scene } from './scene.ts'

/** Scripts that a page asks for until it is ready, by address, in bytes as they come over the wire. */
async function scriptsOf(context: BrowserContext, path: string): Promise<Map<string, number>> {
  const page = await context.newPage()
  // By address: a page that is opened again after a broken connection asks twice.
  const sizes = new Map<string, number>()
  page.on('requestfinished', async request => {
    if (request.resourceType() === 'script') sizes.set(request.url(), (await request.sizes()).responseBodySize)
  })
  await visit(page, path)
  await page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => {})
  await page.close()
  return sizes
}

const kib = (sizes: Map<string, number>) => [...sizes.values()].reduce((sum, size) => sum + size, 0) / 1024
const list = (sizes: Map<string, number>) => [...sizes].map(([address, size]) => `${address} ${size}`).join('\n')

/** How much the pages that people see first weigh. */
export function lightPages(scene: () => Scene): void {
  describe('weight', () => {
    it('the sign-in page brings at most 130 KiB of script, the dashboard 230', async () => {
      const stranger = await newVisitor(scene().browser, scene().platform.gatewayUrl, { language: 'ar' })
      const entry = await scriptsOf(stranger, '/customer/login')
      expect(kib(entry), list(entry)).toBeLessThanOrEqual(130)
      await stranger.close()
      const customer = await newVisitor(scene().browser, scene().platform.gatewayUrl, { language: 'ar' })
      const page = await customer.newPage()
      await signIn(page, mobile)
      // A browser of its own cache: what the sign-in brought is not counted away.
      const fresh = await newVisitor(scene().browser, scene().platform.gatewayUrl, { language: 'ar' })
      await fresh.addCookies(await customer.cookies())
      const dashboard = await scriptsOf(fresh, '/customer/dashboard')
      expect(kib(dashboard), list(dashboard)).toBeLessThanOrEqual(230)
      await fresh.close()
      await customer.close()
    })
  })
}
