import type { Platform } from '@sahary/local/platform/platform'
import { eventually } from '@sahary/testing/eventually'
import { Decimal } from 'decimal.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, caller, ok } from './customer.ts'
import { textOf } from './pdf.ts'
import { startPlatform } from './platform.ts'
import { openRoof } from './roof.ts'
import { newKey, run } from './ssh.ts'

type Vm = {
  id: number
  status: string
  statusReason: string | null
  ssh: { host: string; port: number; hostKeyFingerprint: string }
  powerNotice: { stopAt: string } | null
}
type Energy = { level: string; pvW: number; chargePercent: number; quality: string; slots: Slot[] }
type BySource = { solar: string; battery: string; grid: string; generator: string }
type Slot = { from: string; to: string; loadWh: string; bySource: BySource; quality: string }
type Usage = {
  records: { vmId: number; from: string; energyWh: BySource }[]
  totals: { runningHours: string; vcpuSeconds: string; energyWh: BySource; totalWh: string }
}
type Line = {
  vmId: number
  kind: string
  quantity: string
  unitPrice: string
  amountMinor: number
  vatMinor: number
  energyWh: BySource
}
type Invoice = {
  id: number
  number: string
  status: string
  currency: string
  netMinor: number
  vatMinor: number
  totalMinor: number
  energyWh: BySource
  lines: Line[]
}
type Payment = { id: number; status: string; nextStep: { url: string } | null }
type Notice = { kind: string; title: string; body: string }

/** Watt-hours with three decimals as whole milliwatt-hours, to be added exactly. */
const milli = (wattHours: string): bigint => {
  const [whole, part = ''] = wattHours.split('.')
  return BigInt(whole!) * 1000n + BigInt(part.padEnd(3, '0'))
}
const total = (energy: BySource): bigint => Object.values(energy).reduce((sum, wattHours) => sum + milli(wattHours), 0n)

/** Pounds in piastres, rounded half away from zero. */
const piastres = (pounds: Decimal): number => pounds.times(100).toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toNumber()

/** The last day of November, eleven in the morning in Cairo. */
const morning = '2026-11-30T09:00:00.000Z'

describe('from sunrise to invoice', () => {
  let platform: Platform
  let stop: () => Promise<void>
  let roof: Awaited<ReturnType<typeof openRoof>>
  let operator: Caller
  let customer: Caller
  const key = newKey()
  const vms: Record<'always' | 'solar', number> = { always: 0, solar: 0 }
  const vm = async (which: 'always' | 'solar'): Promise<Vm> =>
    ok(await customer.get<Vm>(`/api/customer/vms/${vms[which]}`))
  const site = async (): Promise<Energy> => ok(await customer.get<Energy[]>('/api/customer/energy'))[0]!
  const setClock = async (change: { businessAt?: string; rate?: number }) =>
    ok(await operator.put('/api/admin/clock', change))
  const feed = async (): Promise<Notice[]> => ok(await customer.get<Notice[]>('/api/customer/notifications?limit=100'))

  beforeAll(async () => {
    ;({ platform, stop } = await startPlatform())
    const { accessToken } = ok(
      await caller(platform.gatewayUrl).post<{ accessToken: string }>('/api/auth/login', platform.admin),
    )
    operator = caller(platform.gatewayUrl, accessToken)
    await setClock({ businessAt: morning, rate: 60 })
    const { host, port } = platform.servers.mosquitto.device
    roof = await openRoof({ gatewayUrl: platform.gatewayUrl, admin: platform.admin, mqttUrl: `mqtt://${host}:${port}` })
  })
  afterAll(async () => {
    await roof?.stop()
    await stop?.()
  })

  it('a customer registers by mobile number and signs in with Arabic digits', async () => {
    const stranger = caller(platform.gatewayUrl)
    const person = { identifier: '01012345678', password: 'الشمس تشرق كل يوم', name: 'منى السيد', locale: 'ar' }
    ok(await stranger.post('/api/auth/register', person), 201)
    const signedIn = await stranger.post<{ accessToken: string }>('/api/auth/login', {
      identifier: '٠١٠ ١٢٣٤ ٥٦٧٨',
      password: person.password,
    })
    customer = stranger.as(ok(signedIn).accessToken)
  })

  it('rents one server that always runs and one that runs on the sun', async () => {
    const sshKey = ok(
      await customer.post<{ id: number }>('/api/customer/ssh-keys', { name: 'laptop', publicKey: key.public }),
      201,
    )
    const rent = async (name: string, supplyClass: string) =>
      (
        await customer.post<Vm>('/api/customer/vms', {
          name,
          vmType: 'tiny-1',
          image: 'tiny',
          supplyClass,
          sshKeyIds: [sshKey.id],
        })
      ).body.data.id
    vms.always = await rent('dome', 'always_on')
    vms.solar = await rent('sail', 'solar_only')
    for (const which of ['always', 'solar'] as const)
      await eventually(async () => expect((await vm(which)).status).toBe('running'), { withinMs: 30_000 })
  })

  it('runs a command in each over SSH, and each shows a host key of its own', async () => {
    const said = async (which: 'always' | 'solar', command: string) => {
      const { ssh } = await eventually(async () => {
        const seen = await vm(which)
        expect(seen.ssh.hostKeyFingerprint).toMatch(/^SHA256:/)
        return seen
      })
      const result = await run(ssh, key.private, command)
      expect(result.hostKey).toBe(ssh.hostKeyFingerprint)
      expect(result.code).toBe(0)
      return result
    }
    const one = await said('always', 'hostname')
    const other = await said('solar', 'echo الشمس > /root/kept && cat /root/kept')
    expect(other.out).toContain('الشمس')
    expect(one.hostKey).not.toBe(other.hostKey)
  })

  it('sees the sun, as inverters of both makers report it', async () => {
    const energy = await eventually(async () => {
      const seen = await site()
      expect(seen.quality).toBe('measured')
      expect(seen.pvW).toBeGreaterThan(500)
      return seen
    })
    expect(energy.level).toBe('normal')
    const inverters = ok(
      await operator.get<{ vendor: string; live: { online: boolean } }[]>('/api/admin/sites/1/inverters'),
    )
    expect(inverters.map(({ vendor, live }) => [vendor, live.online]).sort()).toEqual([
      ['opendtu', true],
      ['victron', true],
    ])
  })

  it('is warned when the battery falls, and then only the solar server is stopped', async () => {
    roof.site.override({ pvW: 0, chargePercent: 28 })
    await eventually(async () => expect((await site()).level).toBe('low'), { withinMs: 30_000 })
    await eventually(async () => expect((await feed()).map(notice => notice.kind)).toContain('power_stopping'))
    const warned = await vm('solar')
    expect(warned.status).toBe('running')
    expect(warned.powerNotice).not.toBeNull()
    const stopped = await eventually(
      async () => {
        const seen = await vm('solar')
        expect(seen.status).toBe('off')
        return seen
      },
      { withinMs: 60_000 },
    )
    expect(stopped.statusReason).toBe('energy')
    expect((await vm('always')).status).toBe('running')
  })

  it('finds the server started again with its files when the sun is back', async () => {
    roof.site.override({})
    await eventually(async () => expect((await vm('solar')).status).toBe('running'), { withinMs: 120_000 })
    const { ssh } = await vm('solar')
    const kept = await eventually(() => run(ssh, key.private, 'cat /root/kept'))
    expect(kept.out).toContain('الشمس')
    expect(kept.hostKey).toBe(ssh.hostKeyFingerprint)
  })

  it('uses hours and watt-hours by source that add up to the meter', async () => {
    await setClock({ rate: 600 })
    const usage = await eventually(
      async () => {
        const seen = ok(await customer.get<Usage>('/api/customer/usage?limit=100'))
        expect(new Set(seen.records.map(record => record.vmId)).size).toBe(2)
        expect(Number(seen.totals.totalWh)).toBeGreaterThan(0)
        return seen
      },
      { withinMs: 60_000 },
    )
    expect(total(usage.totals.energyWh)).toBe(milli(usage.totals.totalWh))
    const parts = usage.records.reduce((sum, record) => sum + total(record.energyWh), 0n)
    expect(parts).toBe(milli(usage.totals.totalWh))
    const { slots } = await site()
    for (const slot of slots) expect(total(slot.bySource)).toBe(milli(slot.loadWh))
    const metered = slots.reduce((sum, slot) => sum + milli(slot.loadWh), 0n)
    expect(parts).toBeLessThanOrEqual(metered)
    // The slots are the inverter's own counter, but for what flowed before the first and after the last.
    expect(Number(metered) / 1000).toBeLessThanOrEqual(roof.site.now().usedWh + 1)
  })

  let invoice: Invoice

  it('gets an invoice with the right amounts to the piastre once November is over in Cairo', async () => {
    await setClock({ rate: 1500 })
    invoice = await eventually(
      async () => {
        const [first] = ok(await customer.get<Invoice[]>('/api/customer/invoices'))
        return ok(await customer.get<Invoice>(`/api/customer/invoices/${first!.id}`))
      },
      { withinMs: 180_000, everyMs: 250 },
    )
    await setClock({ rate: 1 })
    const usage = ok(
      await customer.get<Usage>(`/api/customer/usage?from=${morning}&to=2026-11-30T22:00:00.000Z&limit=100`),
    )
    expect(invoice.status).toBe('due')
    expect(invoice.currency).toBe('EGP')
    for (const line of invoice.lines)
      expect(line.amountMinor).toBe(piastres(new Decimal(line.quantity).times(line.unitPrice)))
    expect(invoice.netMinor).toBe(invoice.lines.reduce((sum, line) => sum + line.amountMinor, 0))
    expect(invoice.vatMinor).toBe(piastres(new Decimal(invoice.netMinor).div(100).times('0.14')))
    expect(invoice.lines.reduce((sum, line) => sum + line.vatMinor, 0)).toBe(invoice.vatMinor)
    expect(invoice.totalMinor).toBe(invoice.netMinor + invoice.vatMinor)
    expect(invoice.totalMinor).toBeGreaterThan(0)
    const processor = invoice.lines
      .filter(line => line.kind === 'vcpu')
      .reduce((sum, line) => sum.plus(line.quantity), new Decimal(0))
    const hours = new Decimal(usage.totals.vcpuSeconds).div(3600)
    expect(processor.minus(hours).abs().lte('0.00001')).toBe(true)
    expect(total(invoice.energyWh)).toBe(total(usage.totals.energyWh))
  })

  it('reads it in Arabic, as a PDF with the right text', async () => {
    const pdf = await fetch(new URL(`/api/customer/invoices/${invoice.id}/pdf?lang=ar`, platform.gatewayUrl), {
      headers: { authorization: `Bearer ${customer.token}` },
    })
    expect(pdf.status).toBe(200)
    const text = await textOf(Buffer.from(await pdf.arrayBuffer()))
    expect(text).toContain('فاتورة')
    expect(text).toContain('سحابة صحاري')
    expect(text).toContain('منى السيد')
    expect(text).toContain(invoice.number)
    expect(text).toContain(new Decimal(invoice.totalMinor).div(100).toFixed(2))
  })

  it('pays it in the sandbox, and it turns paid', async () => {
    const pay = async () =>
      ok(
        await customer.post<Payment>(`/api/customer/invoices/${invoice.id}/payments`, { method: { type: 'checkout' } }),
        201,
      )
    const card = (payment: Payment, number: string) =>
      fetch(payment.nextStep!.url, { method: 'POST', body: new URLSearchParams({ card: number }), redirect: 'manual' })
    const status = async () => ok(await customer.get<Invoice>(`/api/customer/invoices/${invoice.id}`)).status
    const payment = await pay()
    await card(payment, '4000 0000 0000 9995')
    await eventually(async () => expect((await feed()).map(notice => notice.kind)).toContain('payment_failed'))
    expect(await status()).toBe('due')
    const second = await pay()
    await card(second, '4242 4242 4242 4242')
    await eventually(async () => expect(await status()).toBe('paid'))
    const again = await customer.post(`/api/customer/invoices/${invoice.id}/payments`, { method: { type: 'checkout' } })
    expect(again.status).toBe(409)
  })

  it('finds every step in the feed', async () => {
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
    await eventually(async () => {
      const kinds = (await feed()).map(notice => notice.kind)
      expect(steps.filter(step => !kinds.includes(step))).toEqual([])
    })
    for (const notice of await feed()) expect(notice.title).toMatch(/[\u0600-\u06FF]/)
  })
})
