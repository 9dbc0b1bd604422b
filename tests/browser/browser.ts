import { ensureCommand, findCommand } from '@sahary/local/stack/install'
import { eventually } from '@sahary/testing/eventually'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { keepExecuted } from './executed.ts'

/** Nothing that phones home, and no sandbox of its own: tests run as root in containers. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Chromium of this machine, installed when it is missing and we may; `CHROMIUM_PATH` names another. */
export async function openBrowser(): Promise<Browser> {
  const given = process.env.CHROMIUM_PATH ?? findCommand('chromium') ?? findCommand('google-chrome')
  const path = given ?? (await ensureCommand('chromium', 'chromium'))
  return chromium.launch({ executablePath: path, args: flags })
}

export type Visitor = {
  language: 'ar' | 'en'
  theme?: 'light' | 'dark'
  size?: 'desktop' | 'phone'
}
const sizes = { desktop: { width: 1280, height: 900 }, phone: { width: 360, height: 800 } }

/** Somebody's browser: their language, theme and screen, and cookies of their own. */
export const newVisitor = (browser: Browser, url: string, visitor: Visitor): Promise<BrowserContext> =>
  browser.newContext({
    baseURL: url,
    locale: visitor.language === 'ar' ? 'ar-EG' : 'en-GB',
    timezoneId: 'America/Los_Angeles',
    colorScheme: visitor.theme ?? 'light',
    viewport: sizes[visitor.size ?? 'desktop'],
    reducedMotion: 'reduce',
    acceptDownloads: true,
  })

/**
 * Opens a page of the portal and waits until it shows its first data. Chromium drops every connection when a network
 * interface comes or goes, and a server that starts is one; a visitor would press "reload", and so do we.
 */
export async function visit(page: Page, path: string): Promise<void> {
  await eventually(
    async () => {
      await keepExecuted(page)
      await page.goto(path, { timeout: 20_000 })
      await page.waitForSelector('body[data-app-ready="true"]', { timeout: 10_000 })
    },
    { withinMs: 60_000, everyMs: 250 },
  )
}

/** Holds what a browser asks of an address until it is let go. */
export async function hold(context: BrowserContext, address: string | RegExp): Promise<() => Promise<void>> {
  const { promise: held, resolve: go } = Promise.withResolvers<void>()
  // What a page gave up meanwhile needs no answer.
  await context.route(address, route => held.then(() => route.continue()).catch(() => {}))
  return () => {
    go()
    return context.unroute(address)
  }
}

/** While `work` is done, what a browser asks of an address breaks on the way. */
export async function broken(context: BrowserContext, address: string, work: () => Promise<unknown>): Promise<void> {
  await context.route(address, route => route.abort())
  await work().finally(() => context.unroute(address))
}

/** Errors that the page itself makes, as the console shows them; a broken connection is not the page's fault. */
export function faultsOf(page: Page): string[] {
  const faults: string[] = []
  page.on('pageerror', error => faults.push(String(error)))
  page.on('console', message => {
    if (message.type() === 'error' && /Content Security Policy|React|TypeError/.test(message.text()))
      faults.push(message.text())
  })
  return faults
}
