import { readFile } from 'node:fs/promises'
import { eventually } from '@sahary/testing/eventually'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { textOf } from '../system/pdf.ts'
import { directionOf } from './accessibility.ts'
import { broken, faultsOf, hold, newVisitor, visit } from './browser.ts'
import {
  becomes,
  firstLink,
  mobile,
  password,
  paymentsOf,
  personName,
  publicKey,
  rentServer,
  sendForm,
  signIn,
} from './customer.ts'
import { keepExecuted, leave, openPage } from './executed.ts'
import { openScene, type Scene } from './scene.ts'
import { twoPeople } from './two-people.ts'
import { everyVisitor } from './visitors.ts'
import { lightPages } from './weight.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene({ businessAt: '2026-11-30T09:00:00.000Z', rate: 20 })
})
afterAll(() => scene?.close())

describe('from sunrise to invoice, in Arabic', () => {
  let context: BrowserContext
  let page: Page
  let faults: string[]

  beforeAll(async () => {
    context = await newVisitor(scene.browser, scene.platform.gatewayUrl, { language: 'ar' })
    page = await openPage(context)
    faults = faultsOf(page)
  })
  afterAll(() => context && leave(context))

  it('somebody registers by mobile number and stands on their dashboard', async () => {
    await visit(page, '/customer/register')
    await sendForm(page, { '#name': personName, '#loginIdentifier': mobile, '#password': password }, () =>
      page.waitForURL('**/customer/dashboard', { timeout: 10_000 }),
    )
    await page.getByTestId('first-steps').waitFor()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('لوحة التحكم')
  })

  it('signs out, is refused without being told why, and signs in with Arabic digits', async () => {
    await page.getByTestId('person-menu').click()
    await page.getByRole('menuitem', { name: 'تسجيل الخروج' }).click()
    await page.waitForURL('**/customer/login*')
    await page.fill('#loginIdentifier', mobile)
    await page.fill('#password', 'wrong password')
    await page.locator('button[type="submit"]').click()
    const problem = page.getByTestId('form-problem')
    await problem.waitFor()
    expect(await problem.getAttribute('data-state')).toBe('sign_in_failed')
    expect(await page.locator('[aria-invalid="true"]').count()).toBe(0)
    await signIn(page, '٠١٠ ١٢٣٤ ٥٦٧٨')
  })

  it('adds an SSH key on the way to a server, and rents the server', async () => {
    await visit(page, '/customer/servers/new')
    await page.getByRole('button', { name: 'إضافة مفتاح SSH' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    expect(await directionOf(dialog)).toBe('rtl')
    await sendForm(page, { '[name="keyName"]': 'حاسوبي', 'textarea[name="publicKey"]': publicKey() }, () =>
      dialog.waitFor({ state: 'hidden', timeout: 5_000 }),
    )
    await becomes(page, await rentServer(page, 'dome'), 'running')
    expect(await page.getByTestId('ssh-command').textContent()).toMatch(/^ssh root@\d+\.\d+\.\d+\.\d+$/)
  })

  it('sees the sun on the live energy card, and the card follows it without a reload', async () => {
    await visit(page, '/customer/dashboard')
    const sun = page.locator('[data-testid="flow-node"][data-node="solar"]')
    await sun.and(page.locator('[data-direction="producing"]')).waitFor({ timeout: 30_000 })
    expect(Number(await sun.getAttribute('data-watts'))).toBeGreaterThan(100)
    await page.locator('[data-testid="conn-state"][data-state="live"]').waitFor({ timeout: 30_000 })
    scene.roof.site.override({ pvW: 0 })
    await sun.and(page.locator('[data-direction="idle"]')).waitFor({ timeout: 30_000 })
    scene.roof.site.override({})
    await sun.and(page.locator('[data-direction="producing"]')).waitFor({ timeout: 30_000 })
    expect(await page.getByTestId('energy-sentence').textContent()).toContain('الشمس تعطي')
  })

  it('finds a notice of the server, opens it, and it is read', async () => {
    await visit(page, '/customer/notifications')
    const started = page.locator('[data-testid="notif-item"][data-kind="vm_started"]').first()
    await started.waitFor({ timeout: 30_000 })
    expect(await started.getAttribute('data-state')).toBe('unread')
    await started.getByRole('link').click()
    await page.waitForURL(/\/customer\/servers\/\d+$/)
    await visit(page, '/customer/notifications')
    await page.locator('[data-kind="vm_started"][data-state="read"]').first().waitFor({ timeout: 15_000 })
  })

  it('registers a device and asks for its repair', async () => {
    await visit(page, '/customer/devices')
    await page.getByTestId('empty-state').getByRole('button', { name: 'إضافة جهاز' }).click()
    await sendForm(
      page,
      { '[name="brand"]': 'Victron', '[name="model"]': 'MultiPlus-II', '[name="serial"]': 'INV-7F3A-0091' },
      () => page.getByText('INV-7F3A-0091').waitFor({ timeout: 5_000 }),
    )
    await visit(page, '/customer/repairs/new')
    // Pressed once more while the next page is on its way: one repair is asked for, and not two.
    const release = await hold(context, '**/customer/assets/**')
    const made = page.waitForResponse(answer => answer.status() === 201)
    await page.fill('textarea[name="description"]', 'العاكس يتوقف عند الظهيرة ويعرض الخطأ F27.')
    const send = page.locator('main form button[type="submit"]')
    await send.click()
    await made
    await send.click({ timeout: 2_000 }).catch(() => {})
    await release()
    await page.waitForURL(/\/customer\/repairs\/\d+$/, { timeout: 30_000 })
    await page.locator('[data-testid="repair-state"][data-state="submitted"]').waitFor()
    await visit(page, '/customer/repairs')
    expect(await page.locator('.repair-card').count()).toBe(1)
  })

  it('writes to the people who repair, and markup stays the text it was', async () => {
    await page.locator('.repair-card').getByRole('link').first().click()
    await page.waitForURL(/\/customer\/repairs\/\d+$/)
    const words = 'العطل <b>F27</b> مرتين & ثلاثا'
    await sendForm(page, { 'textarea[name="comment"]': words }, () =>
      page.locator('main li', { hasText: words }).waitFor({ timeout: 5_000 }),
    )
    await eventually(async () => expect(await page.locator('textarea[name="comment"]').inputValue()).toBe(''))
  })

  it('stops the server when asked twice, and starts it again', async () => {
    await visit(page, '/customer/servers')
    await visit(page, await firstLink(page))
    const server = page.url()
    const isIn = (state: string) => becomes(page, server, state)
    await page.getByRole('button', { name: 'إيقاف', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'إلغاء' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await isIn('running')
    await page.getByRole('button', { name: 'إيقاف', exact: true }).click()
    await dialog.getByRole('button', { name: 'إيقاف', exact: true }).click()
    await isIn('off')
    await page.getByRole('button', { name: 'تشغيل', exact: true }).click()
    await isIn('running')
  })

  it('shows no cost of a server before it is known', async () => {
    const costs = page.getByTestId('list-row').locator('[data-minor]')
    await visit(page, '/customer/repairs')
    await broken(context, '**/api/customer/invoices/current', async () => {
      await page.getByRole('navigation').getByRole('link', { name: 'الخوادم' }).first().click()
      await page.getByTestId('list-row').first().waitFor()
      expect(await costs.count()).toBe(0)
    })
    await visit(page, '/customer/servers')
    await costs.first().waitFor()
  })

  it('deletes a server by typing its name, and on the way back finds it gone', async () => {
    await visit(page, '/customer/servers/new')
    await rentServer(page, 'tent')
    await page.getByRole('button', { name: 'حذف الخادم' }).click()
    await page.fill('input[name="confirmName"]', 'tent')
    await page.getByRole('dialog').getByRole('button', { name: 'حذف الخادم' }).click()
    await page.waitForURL('**/customer/servers')
    await page.getByTestId('list-row').filter({ hasText: 'tent' }).waitFor({ state: 'detached', timeout: 120_000 })
    await page.goBack()
    await page.getByTestId('not-found').waitFor()
    expect(await page.getByTestId('vm-status').count()).toBe(0)
  })

  it('says when it is offline, and goes on by itself afterwards', async () => {
    await visit(page, '/customer/servers')
    await context.setOffline(true)
    await page.getByTestId('offline-bar').waitFor()
    await context.setOffline(false)
    await page.getByTestId('offline-bar').waitFor({ state: 'hidden' })
    await page.locator('[data-testid="conn-state"][data-state="live"]').waitFor({ timeout: 60_000 })
  })

  it('says what could not be had, with a number for support, and has it at another try', async () => {
    await scene.platform.hold('repairs')
    await visit(page, '/customer/servers')
    await page.getByRole('navigation').getByRole('link', { name: 'طلبات الإصلاح' }).first().click()
    await page.getByTestId('error-state').waitFor({ timeout: 30_000 })
    expect(await page.getByTestId('error-ref').textContent()).not.toBe('')
    await scene.platform.restart('repairs')
    await page.getByRole('button', { name: 'إعادة المحاولة' }).click()
    await page.locator('.repair-card').waitFor({ timeout: 30_000 })
  })

  it('has an invoice when November is over in Cairo, with its energy receipt', async () => {
    await scene.setClock({ rate: 1500 })
    await eventually(
      async () => {
        await visit(page, '/customer/invoices')
        expect(await page.getByTestId('list-row').count()).toBe(1)
      },
      { withinMs: 200_000, everyMs: 1_000 },
    )
    await scene.setClock({ rate: 1 })
    await visit(page, await firstLink(page))
    expect(await page.getByTestId('invoice-status').first().getAttribute('data-state')).toBe('due')
    expect(Number(await page.getByTestId('invoice-total').getAttribute('data-minor'))).toBeGreaterThan(0)
    expect(await page.getByRole('main').textContent()).toContain('15 ديسمبر 2026')
    expect(Number(await page.getByTestId('energy-receipt').getAttribute('data-wh'))).toBeGreaterThan(0)
  })

  it('downloads it as an Arabic PDF', async () => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('pdf-ar').click()])
    const text = await textOf(await readFile(await file.path()))
    expect(text).toContain('فاتورة')
    expect(text).toContain(personName)
  })

  it('begins one payment though the button is pressed twice, and goes on with it after going back', async () => {
    await keepExecuted(page)
    const release = await hold(context, /\/checkout\//)
    let leaving = 0
    page.on('request', request => /\/checkout\//.test(request.url()) && leaving++)
    // The page presses by itself: from outside it cannot be reached while it is on its way to another.
    await page.getByTestId('pay-now').waitFor()
    const press = `document.querySelector('[data-testid="pay-now"]')?.click()`
    await page.evaluate(
      `${press}; let more = 8; const timer = setInterval(() => more-- ? ${press} : clearInterval(timer), 500)`,
    )
    await eventually(async () => expect(leaving).toBeGreaterThan(1), { withinMs: 20_000 })
    await release()
    await page.waitForURL(/\/checkout\//, { timeout: 30_000 })
    const checkout = page.url()
    await page.goBack()
    expect(await page.locator('[data-testid="payment-state"][data-state="pending"]').textContent()).toContain('تابع')
    await page.getByRole('button', { name: 'تابع الدفع' }).click()
    await page.waitForURL(/\/checkout\//, { timeout: 30_000 })
    expect(page.url()).toBe(checkout)
    expect(await paymentsOf(scene.platform.gatewayUrl)).toBe(1)
  })

  it('pays it on the provider’s page and sees it turn paid', async () => {
    await page.fill('#card', '4242 4242 4242 4242')
    await page.locator('button[type="submit"]').click()
    await page.waitForURL(/\/customer\/invoices\/\d+/, { timeout: 30_000 })
    await page.locator('[data-testid="invoice-status"][data-state="paid"]').waitFor({ timeout: 30_000 })
    await page.getByTestId('paid-notice').waitFor()
    expect(await page.getByTestId('pay-now').count()).toBe(0)
  })

  it('made no fault of its own on the whole way', () => {
    expect(faults).toEqual([])
  })
})

twoPeople(() => scene)
everyVisitor(() => scene)
lightPages(() => scene)
