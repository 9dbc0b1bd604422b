import { eventually } from '@sahary/testing/eventually'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { caller, ok } from '../system/customer.ts'
import { faultsOf, newVisitor, visit } from './browser.ts'
import { addKey, mobile, password, register, rent, sendForm } from './customer.ts'
import { keepExecuted, leave, openPage } from './executed.ts'
import { openScene, type Scene } from './scene.ts'

describe('what a customer does on any day, in Arabic', () => {
  let scene: Scene
  let context: BrowserContext
  let page: Page
  let faults: string[]
  let server: string

  beforeAll(async () => {
    scene = await openScene({ businessAt: '2026-11-10T09:00:00.000Z', rate: 20 })
    context = await newVisitor(scene.browser, scene.platform.gatewayUrl, { language: 'ar' })
    page = await openPage(context)
    page.setDefaultTimeout(20_000)
    faults = faultsOf(page)
    await register(page)
    await addKey(page)
    server = await rent(page, 'dome', 'always_on')
  })
  afterAll(async () => {
    if (context) await leave(context)
    await scene?.close()
  })

  const item = (path: string) => page.getByRole('navigation').locator(`a[href="${path}"]`).first()

  it('reads figures in the digits they chose, and in the others again', async () => {
    await visit(page, '/customer/settings/appearance')
    await page.locator('input[name="digits"][value="arab"]').check({ force: true })
    await visit(page, '/customer/servers')
    const row = page.getByTestId('list-row').first()
    expect(await row.textContent()).toContain('١٢٨')
    await visit(page, '/customer/settings/appearance')
    await page.locator('input[name="digits"][value="latn"]').check({ force: true })
    await visit(page, '/customer/servers')
    expect(await row.textContent()).toContain('128')
  })

  it('has read what they opened from the dashboard; what leads nowhere is no link', async () => {
    await visit(page, '/customer/dashboard')
    const notice = (kind: string) => page.locator(`[data-testid="notif-item"][data-kind="${kind}"]`).first()
    expect(await notice('welcome').getByRole('link').count()).toBe(0)
    await notice('vm_created').getByRole('link').click()
    await page.waitForURL(`**${server}`)
    await visit(page, '/customer/notifications')
    expect(await notice('vm_created').getAttribute('data-state')).toBe('read')
  })

  it('is told that a page cannot be opened offline, and opens it with the same button afterwards', async () => {
    await visit(page, '/customer/servers')
    await context.setOffline(true)
    await item('/customer/devices').click()
    await page.locator('[data-testid="error-state"][data-state="offline"]').waitFor()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('لم تُفتح هذه الصفحة')
    await context.setOffline(false)
    await page.getByRole('button', { name: 'إعادة المحاولة' }).click()
    await page.getByRole('heading', { level: 1, name: 'الأجهزة' }).waitFor()
  })

  it('sees a reading grow old while nothing new comes, and is told that the stream of news does not open', async () => {
    const other = await openPage(context)
    await other.clock.install()
    await other.route('**/api/customer/events', () => {})
    await visit(other, '/customer/dashboard')
    const age = other.getByTestId('energy-card').first().getByTestId('stale-age')
    const before = await age.textContent()
    // The page asks again after half a minute; until then only its own clock can make the reading older.
    await eventually(async () => expect(await age.textContent()).not.toBe(before), { withinMs: 10_000, everyMs: 250 })
    const hearing = (state: string) => other.locator(`[data-testid="conn-state"][data-state="${state}"]`)
    expect(await hearing('connecting').count()).toBe(1)
    await other.clock.fastForward(46_000)
    await hearing('waiting').waitFor()
    await keepExecuted(other)
    await other.close()
  })

  it('sees the rest of a long list behind a button, and asks for the repair of the last device in it', async () => {
    const door = caller(scene.platform.gatewayUrl)
    const { accessToken } = ok(
      await door.post<{ accessToken: string }>('/api/auth/login', { identifier: mobile, password }),
    )
    await visit(page, '/customer/devices')
    await page.getByRole('main').getByRole('button', { name: 'إضافة جهاز' }).first().click()
    const device = { '[name="brand"]': 'Victron', '[name="model"]': 'MultiPlus-II', '[name="serial"]': 'INV-7F3A-0091' }
    await sendForm(page, device, () => page.getByText('INV-7F3A-0091').waitFor({ timeout: 5_000 }))
    const panel = { kind: 'panel', brand: 'Longi', model: 'LR5' }
    for (let one = 0; one < 50; one += 1)
      ok(await door.as(accessToken).post('/api/customer/devices', { ...panel, serial: `P-${one}` }), 201)
    await visit(page, '/customer/devices')
    const rows = page.getByTestId('list-row')
    expect(await rows.count()).toBe(50)
    await page.getByRole('button', { name: 'عرض المزيد' }).click()
    await eventually(async () => expect(await rows.count()).toBe(51))
    expect(await page.getByTestId('list-count').textContent()).toBe('51 جهازًا')
    await rows.filter({ hasText: 'INV-7F3A-0091' }).getByRole('link', { name: 'طلب إصلاح' }).click()
    await page.waitForURL(/\/repairs\/new\?device=\d+$/)
    // Not what is already on the page alone: the form is opened by its address, too.
    await visit(page, page.url())
    await eventually(async () =>
      expect(await page.locator('[name="deviceId"] option:checked').textContent()).toContain('INV-7F3A-0091'),
    )
    await sendForm(page, { 'textarea[name="description"]': 'العاكس يتوقف عند الظهيرة.' }, () =>
      page.waitForURL(/\/customer\/repairs\/\d+$/, { timeout: 10_000 }),
    )
    await page.getByRole('main').getByText('Victron MultiPlus-II').waitFor()
  })

  it('cancels the repair, asked once more before', async () => {
    await page.getByRole('button', { name: 'إلغاء الطلب' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'إلغاء الطلب' }).click()
    await page.locator('[data-testid="repair-state"][data-state="cancelled"]').waitFor()
  })

  it('reads the day’s chart as a table', async () => {
    const switchTo = (name: string) => page.getByRole('main').getByRole('button', { name })
    await eventually(
      async () => {
        await visit(page, '/customer/dashboard')
        await switchTo('عرض كجدول').click({ timeout: 5_000 })
      },
      { withinMs: 60_000, everyMs: 500 },
    )
    const rows = page.getByTestId('chart-table').getByTestId('list-row')
    expect(await rows.count()).toBeGreaterThan(0)
    expect(await rows.last().textContent()).toMatch(/\d\s?k?Wh/)
    await switchTo('عرض كرسم').click()
    await page.getByRole('img', { name: /رسم لإنتاج الشمس/ }).waitFor()
  })

  it('has chosen the dark theme, and the switch above every page offers the light one', async () => {
    await visit(page, '/customer/settings/appearance')
    const offered = page.getByTestId('theme-switch')
    expect(await offered.getAttribute('aria-label')).toBe('المظهر الداكن')
    await page.locator('input[name="theme"][value="dark"]').check({ force: true })
    await eventually(async () => expect(await offered.getAttribute('aria-label')).toBe('المظهر الفاتح'))
    await offered.click()
    expect(await page.locator('input[name="theme"][value="light"]').isChecked()).toBe(true)
  })

  it('has read everything at one press', async () => {
    await visit(page, '/customer/notifications')
    const unread = page.locator('[data-testid="notif-item"][data-state="unread"]')
    await unread.first().waitFor()
    await page.getByRole('button', { name: 'تعليم الكل كمقروء' }).click()
    await eventually(async () => expect(await unread.count()).toBe(0))
    await page.locator('[data-testid="notif-count"][data-count="0"]').waitFor({ state: 'attached' })
  })

  it('deletes the server, after its name was typed', async () => {
    await visit(page, server)
    const dialog = page.getByRole('dialog')
    const remove = dialog.getByRole('button', { name: 'حذف الخادم' })
    await page.getByRole('main').getByRole('button', { name: 'حذف الخادم' }).click()
    await dialog.locator('[name="confirmName"]').fill('dome')
    await dialog.getByRole('button', { name: 'إلغاء' }).click()
    await page.getByRole('main').getByRole('button', { name: 'حذف الخادم' }).click()
    // Whoever turned back has to type it again.
    expect(await remove.isDisabled()).toBe(true)
    await dialog.locator('[name="confirmName"]').fill('dome')
    await remove.click()
    await page.waitForURL('**/customer/servers')
    await eventually(
      async () => {
        await visit(page, '/customer/servers')
        expect(await page.getByTestId('empty-state').count()).toBe(1)
      },
      { withinMs: 60_000, everyMs: 500 },
    )
  })

  it('made no fault of its own on the whole way', () => {
    expect(faults).toEqual([])
  })
})
