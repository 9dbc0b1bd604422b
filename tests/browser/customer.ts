import { generateKeyPairSync } from 'node:crypto'
import { eventually } from '@sahary/testing/eventually'
import type { BrowserContext, Page } from 'playwright-core'
import { caller, ok } from '../system/customer.ts'
import { visit } from './browser.ts'

export const mobile = '01012345678'
export const password = 'الشمس تشرق كل يوم'
export const personName = 'منى السيد'

/** A fresh ed25519 key as `ssh-keygen` would write its public half (RFC 4253 §6.6). */
export function publicKey(): string {
  const { publicKey: key } = generateKeyPairSync('ed25519')
  const raw = key.export({ type: 'spki', format: 'der' }).subarray(-32)
  const piece = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes])
  const blob = Buffer.concat([piece(Buffer.from('ssh-ed25519')), piece(raw)])
  return `ssh-ed25519 ${blob.toString('base64')} mona@laptop`
}

/** Fills the form that is open and sends it, again when the connection broke under it. */
export async function sendForm(
  page: Page,
  fields: Record<string, string>,
  done: () => Promise<unknown>,
): Promise<void> {
  for (const [selector, value] of Object.entries(fields)) await page.fill(selector, value)
  await eventually(
    async () => {
      // An act that came through has left the form behind.
      const button = page.locator('form button[type="submit"]:visible').last()
      if ((await button.count()) > 0 && (await button.isEnabled())) await button.click({ timeout: 5_000 })
      await done()
    },
    { withinMs: 60_000, everyMs: 500 },
  )
}

export async function signIn(page: Page, identifier: string): Promise<void> {
  await visit(page, '/customer/login')
  await sendForm(page, { '#loginIdentifier': identifier, '#password': password }, () =>
    page.waitForURL('**/customer/dashboard', { timeout: 10_000 }),
  )
}

/** Makes an account, and stands on its dashboard. */
export async function register(page: Page): Promise<void> {
  await visit(page, '/customer/register')
  await sendForm(page, { '#name': personName, '#loginIdentifier': mobile, '#password': password }, () =>
    page.waitForURL('**/customer/dashboard', { timeout: 10_000 }),
  )
}

/** Adds a key where a server is chosen. */
export async function addKey(page: Page): Promise<void> {
  await visit(page, '/customer/servers/new')
  await page.getByRole('button', { name: 'إضافة مفتاح SSH' }).click()
  await sendForm(page, { '[name="keyName"]': 'حاسوبي', 'textarea[name="publicKey"]': publicKey() }, () =>
    page.getByRole('dialog').waitFor({ state: 'hidden', timeout: 5_000 }),
  )
}

/** Chooses the smallest server there is, and rents it; returns its address. */
export async function rentServer(page: Page, name: string): Promise<string> {
  await page.locator('input[name="image"][value="tiny"]').check()
  await page.locator('input[name="vmType"][value="tiny-1"]').check()
  await page.fill('input[name="name"]', name)
  await page.getByRole('button', { name: 'استأجر الخادم' }).click()
  await page.waitForURL(/\/customer\/servers\/\d+$/, { timeout: 30_000 })
  return page.url()
}

/** Goes to rent the smallest server there is under a promise of power; the path of its page. */
export async function rent(page: Page, name: string, promise: string): Promise<string> {
  await visit(page, '/customer/servers/new')
  await page.locator(`input[name="supplyClass"][value="${promise}"]`).check()
  return new URL(await rentServer(page, name)).pathname
}

/**
 * Waits until a server's page, which is open, shows this state. Its network comes and goes with the server, and Chromium
 * may drop the page with it: then it is opened again.
 */
export async function becomes(page: Page, address: string, state: string): Promise<void> {
  const shown = page.locator(`[data-testid="vm-status"][data-state="${state}"]`)
  await eventually(
    async () => {
      await shown.waitFor({ timeout: 15_000 }).catch(() => visit(page, address))
      if ((await shown.count()) !== 1) throw new Error(`the server is not ${state}`)
    },
    { withinMs: 120_000, everyMs: 250 },
  )
}

/** How many of the first payments of a fresh platform are of the customer. */
export async function paymentsOf(url: string): Promise<number> {
  const door = caller(url)
  const { accessToken } = ok(
    await door.post<{ accessToken: string }>('/api/auth/login', { identifier: mobile, password }),
  )
  const ids = [1, 2, 3, 4, 5, 6, 7, 8]
  const answers = await Promise.all(ids.map(id => door.as(accessToken).get(`/api/customer/payments/${id}`)))
  return answers.filter(({ status }) => status === 200).length
}

/** Ends the session that a browser had with this refresh token, as if somebody had done so elsewhere. */
export async function endSession(url: string, refreshToken: string): Promise<void> {
  ok(await caller(url).post('/api/auth/logout', { refreshToken }), 204)
}

/** What a browser shows to nobody but the platform. */
export const refreshTokenOf = async (context: BrowserContext): Promise<string> =>
  (await context.cookies()).find(cookie => cookie.httpOnly)?.value ?? ''

/** The address of what a list's first row opens. */
export const firstLink = async (page: Page): Promise<string> =>
  (await page.getByTestId('list-row').first().getByRole('link').first().getAttribute('href')) ?? ''
