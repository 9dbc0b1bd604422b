import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { broken, newVisitor, visit } from './browser.ts'
import { endSession, mobile, password, personName, refreshTokenOf, sendForm, signIn } from './customer.ts'
import { leave, openPage } from './executed.ts'
import type { Scene } from './scene.ts'

/** Somebody whose sessions begin and end, beside the walk's own customer. */
export function twoPeople(scene: () => Scene): void {
  describe('two people at one browser', () => {
    let context: BrowserContext
    let page: Page

    beforeAll(async () => {
      context = await newVisitor(scene().browser, scene().platform.gatewayUrl, { language: 'ar' })
      page = await openPage(context)
    })
    afterAll(() => context && leave(context))

    const another = { '#name': 'ليلى حسن', '#loginIdentifier': '01112345678', '#password': password }
    const onDashboard = () => page.waitForURL('**/customer/dashboard', { timeout: 10_000 })

    it('whoever was registered, but could not be signed in then, is signed in at another try', async () => {
      await visit(page, '/customer/register')
      await broken(context, '**/api/auth/login', () =>
        sendForm(page, another, () => page.getByTestId('form-problem').waitFor({ timeout: 10_000 })),
      )
      await sendForm(page, another, onDashboard)
    })

    it('a sign-out that does not reach the platform is said, and leaves them signed in', async () => {
      await broken(context, '**/api/auth/logout', async () => {
        await page.getByTestId('person-menu').click()
        await page.getByRole('menuitem', { name: 'تسجيل الخروج' }).click()
        await page.getByText('لم يتم تسجيل الخروج').waitFor()
      })
      expect(page.url()).toContain('/customer/dashboard')
    })

    it('a session that ends elsewhere leads back to where they were', async () => {
      await visit(page, '/customer/invoices')
      await endSession(scene().platform.gatewayUrl, await refreshTokenOf(context))
      await page.getByRole('navigation').getByRole('link', { name: 'طلبات الإصلاح' }).first().click()
      await page.waitForURL(/\/customer\/login\?to=/)
      const { '#name': _, ...credentials } = another
      await sendForm(page, credentials, () => page.waitForURL(/\/customer\/(invoices|repairs)$/, { timeout: 10_000 }))
    })

    it('an open page begins anew for another person who signs in beside it', async () => {
      const former = await refreshTokenOf(context)
      await signIn(await context.newPage(), mobile)
      await endSession(scene().platform.gatewayUrl, former)
      await page.getByTestId('notif-bell').click()
      await page.getByRole('button', { name: personName }).waitFor()
    })
  })
}
