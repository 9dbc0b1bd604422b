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

/** The address of what a list's first row opens. */
export const firstLink = async (page: Page): Promise<string> =>
  (await page.getByTestId('list-row').first().getByRole('link').first().getAttribute('href')) ?? ''
