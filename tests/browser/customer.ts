import { generateKeyPairSync } from 'node:crypto'
import { eventually } from '@sahary/testing/eventually'
import type { Page } from 'playwright-core'
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

/** Rents the smallest server there is; the address of its page. */
export async function rent(page: Page, name: string, promise: string): Promise<string> {
  await visit(page, '/customer/servers/new')
  await page.locator('input[name="image"][value="tiny"]').check()
  await page.locator('input[name="vmType"][value="tiny-1"]').check()
  await page.locator(`input[name="supplyClass"][value="${promise}"]`).check()
  await page.fill('input[name="name"]', name)
  await page.getByRole('button', { name: 'استأجر الخادم' }).click()
  await page.waitForURL(/\/customer\/servers\/\d+$/, { timeout: 30_000 })
  return new URL(page.url()).pathname
}

/** The address of what a list's first row opens. */
export const firstLink = async (page: Page): Promise<string> =>
  (await page.getByTestId('list-row').first().getByRole('link').first().getAttribute('href')) ?? ''
