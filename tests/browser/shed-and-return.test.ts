import { readFile } from 'node:fs/promises'
import { eventually } from '@sahary/testing/eventually'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { caller, ok } from '../system/customer.ts'
import { textOf } from '../system/pdf.ts'
import { directionOf } from './accessibility.ts'
import { faultsOf, newVisitor, visit } from './browser.ts'
import { addKey, firstLink, mobile, password, register, rent } from './customer.ts'
import { keepExecuted, leave, openPage } from './executed.ts'
import { openScene, type Scene } from './scene.ts'

type BySource = { solar: string; battery: string; grid: string; generator: string }
type Usage = { totals: { energyWh: BySource; totalWh: string; runningHours: string } }

/** Watt-hours with at most three decimals as whole milliwatt-hours, to be added exactly. */
const milli = (wattHours: string | null): bigint => {
  const [whole = '', part = ''] = (wattHours ?? '').split('.')
  return BigInt(whole) * 1000n + BigInt(part.padEnd(3, '0'))
}

describe('a dark hour, as the customer of a solar server sees it in Arabic', () => {
  let scene: Scene
  let context: BrowserContext
  let page: Page
  let faults: string[]
  const places = { dome: '', sail: '' }
  const notice = (state: string) => page.locator(`[data-testid="shed-notice"][data-state="${state}"]`)
  const status = (state: string) => page.locator(`[data-testid="vm-status"][data-state="${state}"]`)

  beforeAll(async () => {
    scene = await openScene({ businessAt: '2026-11-30T11:00:00.000Z', rate: 20 })
    context = await newVisitor(scene.browser, scene.platform.gatewayUrl, { language: 'ar' })
    page = await openPage(context)
    faults = faultsOf(page)
  })
  afterAll(async () => {
    if (context) await leave(context)
    await scene?.close()
  })

  /** Waits until a page shows something. Chromium may drop a page with the network of a server that comes or goes. */
  const shows = (path: string, wanted: Locator) =>
    eventually(
      async () => {
        if (!page.url().endsWith(path)) await visit(page, path)
        await wanted
          .first()
          .waitFor({ timeout: 15_000 })
          .catch(() => visit(page, path))
        expect(await wanted.count()).toBe(1)
      },
      { withinMs: 150_000, everyMs: 250 },
    )

  const rented = async (name: string, promise: string): Promise<string> => {
    const place = await rent(page, name, promise)
    await shows(place, status('running'))
    expect(await page.getByTestId('supply-class').getAttribute('data-supply')).toBe(promise)
    return place
  }

  it('rents a server that always runs and one that runs on the sun alone', async () => {
    await register(page)
    await addKey(page)
    places.dome = await rented('dome', 'always_on')
    places.sail = await rented('sail', 'solar_only')
  })

  it('is warned on the page of the solar server, and on no other, while it still runs', async () => {
    await visit(page, places.sail)
    await scene.setClock({ rate: 30 })
    scene.roof.site.override({ pvW: 0, chargePercent: 28 })
    await shows(places.sail, notice('notice'))
    expect(await status('running').count()).toBe(1)
    const warning = notice('notice')
    expect(await directionOf(warning)).toBe('rtl')
    expect(await warning.textContent()).toContain('سيتوقف هذا الخادم لانخفاض البطارية')
    const stopAt = Date.parse((await warning.locator('time').getAttribute('datetime')) ?? '')
    expect(stopAt).toBeGreaterThan(scene.roof.site.now().at.getTime())
    await visit(page, places.dome)
    await shows(places.dome, status('running'))
    expect(await page.getByTestId('shed-notice').count()).toBe(0)
  })

  it('sees the solar server off for want of energy, and the other one run on', async () => {
    await scene.setClock({ rate: 120 })
    await shows(places.sail, notice('shed'))
    expect(await status('off').count()).toBe(1)
    expect(await notice('shed').textContent()).toContain('يعود الخادم وحده وملفاته كما هي')
    const stopped = page.locator('main li', { hasText: 'بسبب الطاقة' }).filter({ hasText: 'إيقاف' })
    await stopped.first().waitFor({ timeout: 15_000 })
    await shows(places.dome, status('running'))
    await shows('/customer/dashboard', notice('shed'))
    expect(await notice('shed').textContent()).toContain('sail')
    expect(await notice('shed').textContent()).not.toContain('dome')
  })

  it('sees it run again when the sun is back', async () => {
    await visit(page, places.sail)
    scene.roof.site.override({})
    await shows(places.sail, status('running'))
    expect(await notice('shed').count()).toBe(0)
    const started = page.locator('main li', { hasText: 'بسبب الطاقة' }).filter({ hasText: 'تشغيل' })
    await started.first().waitFor({ timeout: 15_000 })
    // A battery that lasts the night, so that nothing is shed once more.
    scene.roof.site.override({ chargePercent: 80 })
  })

  it('reads what both have used, by source, as the platform has measured it', async () => {
    await scene.setClock({ rate: 600 })
    const receipt = page.getByTestId('energy-receipt')
    const whOf = (source: keyof BySource) => receipt.locator(`div[data-source="${source}"]`).getAttribute('data-wh')
    const { token } = await signedIn()
    await eventually(
      async () => {
        await visit(page, '/customer/usage')
        for (const name of ['dome', 'sail'])
          expect(await page.getByTestId('list-row').filter({ hasText: name }).count()).toBeGreaterThan(0)
        const sources = [await whOf('solar'), await whOf('battery'), await whOf('grid')]
        const total = await receipt.getAttribute('data-wh')
        expect(sources.reduce((sum, wattHours) => sum + milli(wattHours), 0n)).toBe(milli(total))
        // Both shone into it: the sun before and after, the battery in the dark hour.
        expect(milli(sources[0]!)).toBeGreaterThan(0n)
        expect(milli(sources[1]!)).toBeGreaterThan(0n)
        const { totals } = ok(await caller(scene.platform.gatewayUrl, token).get<Usage>('/api/customer/usage'))
        expect(milli(total)).toBe(milli(totals.totalWh))
      },
      { withinMs: 90_000, everyMs: 500 },
    )
    expect(await page.locator('main dl > div', { hasText: 'خوادم تُحاسَب الآن' }).locator('bdi').textContent()).toBe('2')
    await visit(page, places.sail)
    await receipt.waitFor({ timeout: 15_000 })
    expect(milli(await receipt.getAttribute('data-wh'))).toBeGreaterThan(0n)
  })

  const signedIn = async () => {
    const door = caller(scene.platform.gatewayUrl)
    const { accessToken } = ok(
      await door.post<{ accessToken: string }>('/api/auth/login', { identifier: mobile, password }),
    )
    return door.as(accessToken)
  }

  let invoice: string

  it('is told that a card was refused, on the provider’s page and back on the invoice, which is still due', async () => {
    await scene.setClock({ rate: 1500 })
    await eventually(
      async () => {
        await visit(page, '/customer/invoices')
        expect(await page.getByTestId('list-row').count()).toBe(1)
      },
      { withinMs: 240_000, everyMs: 1_000 },
    )
    await scene.setClock({ rate: 1 })
    invoice = await firstLink(page)
    await visit(page, invoice)
    for (const name of ['dome', 'sail'])
      expect(await page.getByTestId('invoice-lines').getByRole('row').filter({ hasText: name }).count()).toBe(3)
    await keepExecuted(page)
    await page.getByTestId('pay-now').click()
    await page.waitForURL(/\/checkout\//, { timeout: 30_000 })
    await page.fill('#card', '4000 0000 0000 0002')
    await page.locator('button[type="submit"]').click()
    const refused = page.getByRole('status')
    await refused.waitFor({ timeout: 30_000 })
    expect(await refused.textContent()).toContain('رُفضت البطاقة ولم يُخصم شيء')
    expect(await directionOf(refused)).toBe('rtl')
    await page.getByRole('link', { name: 'العودة إلى المتجر' }).click()
    await page.waitForURL(/\/customer\/invoices\/\d+/, { timeout: 30_000 })
    await page.locator('[data-testid="payment-state"][data-state="failed"]').waitFor({ timeout: 30_000 })
    expect(await page.getByTestId('payment-state').textContent()).toContain('لم يتم الدفع. لم يُخصم شيء')
    expect(await page.getByTestId('invoice-status').first().getAttribute('data-state')).toBe('due')
  })

  it('downloads it in English too, to the same number', async () => {
    const number = (await page.getByRole('heading', { level: 1 }).textContent())?.match(/\d[\d-]+\d/)?.[0]
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('pdf-en').click()])
    const text = await textOf(await readFile(await file.path()))
    expect(text).toContain('Tax invoice')
    expect(text).toContain(number)
  })

  it('pays it with another card', async () => {
    await keepExecuted(page)
    await page.getByTestId('pay-now').click()
    await page.waitForURL(/\/checkout\//, { timeout: 30_000 })
    await page.fill('#card', '4242 4242 4242 4242')
    await page.locator('button[type="submit"]').click()
    await page.waitForURL(/\/customer\/invoices\/\d+/, { timeout: 30_000 })
    await shows(invoice, page.locator('header [data-testid="invoice-status"][data-state="paid"]'))
    expect(await page.getByTestId('pay-now').count()).toBe(0)
    expect(await page.getByTestId('payment-state').count()).toBe(0)
  })

  it('finds every step in the feed, in Arabic', async () => {
    const steps = [
      'welcome',
      'vm_created',
      'vm_started',
      'power_limited',
      'power_stopping',
      'vm_stopped',
      'power_returned',
      'invoice_finalized',
      'payment_failed',
      'payment_succeeded',
      'invoice_paid',
    ]
    const items = page.getByTestId('notif-item')
    await eventually(
      async () => {
        await visit(page, '/customer/notifications')
        await items.first().waitFor({ timeout: 10_000 })
        const kinds = await Promise.all((await items.all()).map(item => item.getAttribute('data-kind')))
        expect(steps.filter(step => !kinds.includes(step))).toEqual([])
      },
      { withinMs: 60_000, everyMs: 500 },
    )
    for (const item of await items.all()) {
      expect(await item.locator('bdi').first().textContent()).toMatch(/[\u0600-\u06FF]/)
      expect(await directionOf(item)).toBe('rtl')
      // Nothing that happened is still to come, and no sentence ends twice.
      expect(await item.textContent()).not.toMatch(/خلال \d|\.\./)
    }
    const stopped = page.locator('[data-kind="vm_stopped"]').filter({ hasText: 'sail' })
    expect(await stopped.textContent()).toContain('بطارية الموقع منخفضة')
    expect(await page.locator('[data-kind="vm_stopped"]').filter({ hasText: 'dome' }).count()).toBe(0)
  })

  it('made no fault of its own on the whole way', () => {
    expect(faults).toEqual([])
  })
})
