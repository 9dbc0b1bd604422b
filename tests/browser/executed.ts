import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BrowserScript, folderOf } from '@sahary/local/limits/measured'
import type { BrowserContext, CDPSession, Page } from 'playwright-core'

const hasRun = ({ ranges }: BrowserScript['functions'][number]) => ranges.some(({ count }) => count > 0)

const sessions = new WeakMap<Page, CDPSession>()

/** A page whose browser counts from the start what it executes of the portal. */
export async function openPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send('Profiler.enable')
  await session.send('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  sessions.set(page, session)
  return page
}

/** Keeps what a page has executed since the last time; a document that is left takes its counts along. */
export async function keepExecuted(page: Page): Promise<void> {
  const taken = await sessions.get(page)?.send('Profiler.takePreciseCoverage')
  if (!taken) return
  const scripts: BrowserScript[] = taken.result.filter(
    ({ url, functions }) => url.includes('/customer/assets/') && functions.some(hasRun),
  )
  if (scripts.length === 0) return
  mkdirSync(folderOf('browser'), { recursive: true })
  writeFileSync(join(folderOf('browser'), `${randomUUID()}.json`), JSON.stringify(scripts))
}

/** Keeps it before the page goes to an address of another origin: that is another process, and the counts go with the old. */
export const keepBefore = (page: Page, address: string): Promise<unknown> =>
  page.route(address, async route => {
    await keepExecuted(page)
    await route.continue()
  })

/** Closes somebody's browser, and keeps what its pages executed. */
export async function leave(context: BrowserContext): Promise<void> {
  for (const page of context.pages()) await keepExecuted(page)
  await context.close()
}
