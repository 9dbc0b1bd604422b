import { eventually } from '@sahary/testing/eventually'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { barriersOn, directionOf, outlineOf } from './accessibility.ts'
import { newVisitor, type Visitor, visit } from './browser.ts'
import { firstLink, mobile, signIn } from './customer.ts'
import { leave, openPage } from './executed.ts'
import type { Scene } from './scene.ts'

const pairs: Visitor[] = [
  { language: 'ar', theme: 'light', size: 'desktop' },
  { language: 'en', theme: 'dark', size: 'phone' },
]
/** Each language, theme and size once; every mixture of them with `npm run test:full`. */
const visitors: Visitor[] =
  process.env.TEST_SCALE === 'full'
    ? [...pairs, { language: 'ar', theme: 'dark', size: 'phone' }, { language: 'en', theme: 'light', size: 'desktop' }]
    : pairs

/** Every page of a customer who has been through the walk, as each visitor meets it. */
export function everyVisitor(scene: () => Scene): void {
  describe.each(visitors)('for a visitor in $language, $theme, on a $size', visitor => {
    let context: BrowserContext
    let page: Page

    beforeAll(async () => {
      context = await newVisitor(scene().browser, scene().platform.gatewayUrl, visitor)
      page = await openPage(context)
      page.setDefaultTimeout(20_000)
    })
    afterAll(() => context && leave(context))

    const direction = visitor.language === 'ar' ? 'rtl' : 'ltr'
    const isSound = async (path: string) => {
      await visit(page, path)
      expect(await barriersOn(page), path).toEqual([])
      const { focused: _, ...outline } = await outlineOf(page)
      expect(outline, path).toEqual({ lang: visitor.language, dir: direction, headings: 1, mains: 1, overflow: 0 })
    }

    it.each(['/customer/login', '/customer/register', '/customer/nowhere'])('%s has no barrier', isSound)

    it('another language and another light are a press away, and are kept', async () => {
      await visit(page, '/customer/login')
      const shown = async () => {
        const { lang, dir } = await outlineOf(page)
        return { lang, dir, theme: await page.locator('html').getAttribute('data-theme') }
      }
      const own = { lang: visitor.language, dir: direction, theme: visitor.theme }
      const other = {
        ...(visitor.language === 'ar' ? { lang: 'en', dir: 'ltr' } : { lang: 'ar', dir: 'rtl' }),
        theme: visitor.theme === 'dark' ? 'light' : 'dark',
      }
      for (const turned of [other, own]) {
        await page.getByTestId('lang-switch').click()
        await page.getByTestId('theme-switch').click()
        await eventually(async () => expect(await shown()).toEqual(turned))
        await visit(page, '/customer/login')
        expect(await shown()).toEqual(turned)
      }
    })

    it('login carries the names that everybody relies on', async () => {
      await visit(page, '/customer/login')
      expect(await page.locator('#loginIdentifier, #password').count()).toBe(2)
      expect(await page.locator('button[type="submit"]').count()).toBe(1)
      await signIn(page, mobile)
    })

    const pages = [
      '/customer/dashboard',
      '/customer/servers',
      '/customer/servers/new',
      '/customer/usage',
      '/customer/invoices',
      '/customer/devices',
      '/customer/repairs',
      '/customer/repairs/new',
      '/customer/notifications',
      '/customer/settings/appearance',
    ]
    it.each(pages)('%s has no barrier', isSound)

    it.each(['/customer/servers', '/customer/invoices', '/customer/repairs'])('what %s opens has none', async list => {
      await visit(page, list)
      await isSound(await firstLink(page))
    })

    it('what happened is told in the language of the page', async () => {
      await visit(page, '/customer/notifications')
      const told = await page.locator('[data-kind="invoice_paid"]').textContent()
      expect(/[\u0600-\u06ff]/.test(told ?? '')).toBe(visitor.language === 'ar')
    })

    it('menus and dialogs open in the direction of the page, and without a barrier', async () => {
      await visit(page, '/customer/devices')
      const main = page.getByRole('main')
      await main.getByRole('button', { name: visitor.language === 'ar' ? 'إضافة جهاز' : 'Add device' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.waitFor()
      expect(await directionOf(dialog)).toBe(direction)
      expect(await barriersOn(page)).toEqual([])
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
      await page.getByTestId('person-menu').click()
      const menu = page.getByRole('menu')
      await menu.waitFor()
      expect(await directionOf(menu)).toBe(direction)
      const box = (await menu.boundingBox())!
      const screen = page.viewportSize()!
      expect(box.x >= 0 && box.x + box.width <= screen.width).toBe(true)
      expect(await barriersOn(page)).toEqual([])
    })

    it('moving to another page moves the focus to its heading', async () => {
      await visit(page, '/customer/dashboard')
      await page
        .getByRole('navigation')
        .getByRole('link', { name: visitor.language === 'ar' ? 'الخوادم' : 'Servers' })
        .last()
        .click()
      await page.waitForURL('**/customer/servers')
      await eventually(async () => expect((await outlineOf(page)).focused).toBe('H1'))
    })
  })
}
