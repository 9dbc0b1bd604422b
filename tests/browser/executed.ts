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

const longestMs = 5_000

/**
 * Keeps what a page has executed since the last time; a document that is left for another origin takes its counts along.
 * A page that is on its way elsewhere answers nobody: it is not waited for, and its lines count as not executed.
 */
export async function keepExecuted(page: Page): Promise<void> {
  const bound = AbortSignal.timeout(longestMs)
  const silence = new Promise<undefined>(resolve => bound.addEventListener('abort', () => resolve(undefined)))
  const taken = await Promise.race([sessions.get(page)?.send('Profiler.takePreciseCoverage'), silence])
  if (!taken) return
  const scripts: BrowserScript[] = taken.result.filter(
    ({ url, functions }) => url.includes('/customer/assets/') && functions.some(hasRun),
  )
  if (scripts.length === 0) return
  mkdirSync(folderOf('browser'), { recursive: true })
  writeFileSync(join(folderOf('browser'), `${randomUUID()}.json`), JSON.stringify(scripts))
}

/** Closes somebody's browser, and keeps what its pages executed. */
export async function leave(context: BrowserContext): Promise<void> {
  for (const page of context.pages()) await keepExecuted(page)
  await context.close()
}
