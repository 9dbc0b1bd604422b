import type { BrowserContext } from 'playwright-core'
import { visit } from './browser.ts'

/** Scripts that a page asks for until it is ready, by address, in bytes as they come over the wire. */
export async function scriptsOf(context: BrowserContext, path: string): Promise<Map<string, number>> {
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

export const kib = (sizes: Map<string, number>) => [...sizes.values()].reduce((sum, size) => sum + size, 0) / 1024
export const list = (sizes: Map<string, number>) => [...sizes].map(([address, size]) => `${address} ${size}`).join('\n')
