import type { Platform } from '@sahary/local/platform/platform'
import { eventually } from '@sahary/testing/eventually'
import { Decimal } from 'decimal.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { billOf, type Owed, type PriceList, quantitiesBySize, type UsageRecord, vatOn } from './bill.ts'
import { allOf, type Caller, caller, ok } from './customer.ts'
import { watchCounter } from './meter.ts'
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
type Shared = { from: string; loadWh: string; vmsWh: BySource; platformWh: BySource }
type Usage = {
  records: (UsageRecord & { energyWh: BySource })[]
  totals: { runningHours: string; vcpuSeconds: string; energyWh: BySource; totalWh: string }
}
type Line = Owed & { vatMinor: number; energyWh: BySource }
type Invoice = {
  id: number
  number: string
  status: string
  currency: string
  netMinor: number
  vatMinor: number
  totalMinor: number
  vatPercent: string
  energyWh: BySource
  lines: Line[]
}
type Payment = { id: number; status: string; nextStep: { url: string } | null }
type Notice = { kind: string; title: string; body: string; at: string; link: { type: string; id: number } | null }

/** Watt-hours with three decimals as whole milliwatt-hours, to be added exactly. */
const milli = (wattHours: string): bigint => {
  const [whole, part = ''] = wattHours.split('.')
  return BigInt(whole!) * 1000n + BigInt(part.padEnd(3, '0'))
}
const total = (energy: BySource): bigint => Object.values(energy).reduce((sum, wattHours) => sum + milli(wattHours), 0n)

/** Slots that follow each other without a gap, as one. */
const runsOf = (slots: readonly Slot[]): { from: string; to: string }[] => {
  const starts = slots.filter(({ from }, index) => from !== slots[index - 1]?.to)
  const ends = slots.filter(({ to }, index) => to !== slots[index + 1]?.from)
  return starts.map(({ from }, index) => ({ from, to: ends[index]!.to }))
}

/** The last day of November, eleven in the morning in Cairo. */
const morning = '2026-11-30T09:00:00.000Z'

describe('from sunrise to invoice', () => {
  let platform: Platform
  let stop: () => Promise<void>
  let roof: Awaited<ReturnType<typeof openRoof>>
  let counter: ReturnType<typeof watchCounter>
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
    counter = watchCounter(roof.site.now)
  })
  afterAll(async () => {
    counter?.stop()
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
      const inverters = ok(
        await operator.get<{ vendor: string; live: { online: boolean } }[]>('/api/admin/sites/1/inverters'),
      )
      expect(inverters.map(({ vendor, live }) => [vendor, live.online]).sort()).toEqual([
        ['opendtu', true],
        ['victron', true],
      ])
      return seen
    })
    expect(energy.level).toBe('normal')
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
    const slow = await eventually(async () => {
      const { slots } = await site()
      // Of the slot in which the roof was first heard nobody knows the beginning.
      const whole = slots.slice(slots.findIndex(({ quality }) => quality === 'measured'))
      expect(whole.length).toBeGreaterThan(6)
      return whole
    })
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

    // From one end of the slots to the other they are the counter, as near as it can be read.
    for (const slot of slow) expect(total(slot.bySource)).toBe(milli(slot.loadWh))
    const runs = runsOf(slow)
    const counted = runs.reduce((sum, run) => sum + counter.at(run.to) - counter.at(run.from), 0)
    const metered = Number(slow.reduce((sum, slot) => sum + milli(slot.loadWh), 0n)) / 1000
    expect(Math.abs(metered - counted)).toBeLessThanOrEqual(runs.length * counter.stepWh())
    // Nothing is missing between them, unless the platform itself has missed an inverter's word.
    const missed = ok(await operator.get<Notice[]>('/api/customer/notifications?limit=100'))
    if (runs.length > 1) expect(missed.map(({ kind }) => kind)).toContain('inverter_offline')
  })

  it('shares every slot out among its servers and itself, to the milliwatt-hour', async () => {
    const { slots } = await site()
    const shared = await allOf<Shared>(operator, '/api/admin/slots', { siteId: '1' })
    expect(shared.length).toBeGreaterThan(2)
    for (const { from, loadWh, platformWh, vmsWh } of shared) {
      expect([from, total(vmsWh) + total(platformWh)]).toEqual([from, milli(loadWh)])
      const said = slots.find(slot => slot.from === from)
      if (said) expect([from, milli(loadWh)]).toEqual([from, milli(said.loadWh)])
    }
    const servers = shared.reduce((sum, { vmsWh }) => sum + total(vmsWh), 0n)
    const { totals } = ok(await customer.get<Usage>('/api/customer/usage?limit=100'))
    expect(servers).toBeGreaterThanOrEqual(milli(totals.totalWh))
  })

  it('counts the hours that each ran, from every start to every stop that the feed tells', async () => {
    const told = (await feed()).filter(({ kind }) => kind === 'vm_started' || kind === 'vm_stopped').reverse()
    const changesOf = (vmId: number) =>
      told.filter(({ link }) => link?.id === vmId).map(({ kind, at }) => ({ kind, at: Date.parse(at) }))
    const endOf = (own: UsageRecord[]) => Math.max(...own.map(record => Date.parse(record.to)))
    expect(changesOf(vms.solar).map(({ kind }) => kind)).toEqual(['vm_started', 'vm_stopped', 'vm_started'])
    const { records, totals } = await eventually(
      async () => {
        const seen = ok(await customer.get<Usage>('/api/customer/usage?limit=100'))
        for (const vmId of Object.values(vms))
          expect(endOf(seen.records.filter(record => record.vmId === vmId))).toBeGreaterThan(changesOf(vmId).at(-1)!.at)
        return seen
      },
      { withinMs: 60_000, everyMs: 250 },
    )
    let allMs = 0
    for (const vmId of Object.values(vms)) {
      const own = records.filter(record => record.vmId === vmId)
      const changes = [...changesOf(vmId), { kind: 'vm_stopped', at: endOf(own) }]
      const ranMs = changes.reduce((sum, { kind, at }) => sum + (kind === 'vm_stopped' ? at : -at), 0)
      const running = own.reduce((sum, record) => sum.plus(record.runningSeconds), new Decimal(0))
      expect([vmId, running.times(1000).toNumber()]).toEqual([vmId, ranMs])
      allMs += ranMs
    }
    const hours = new Decimal(allMs).div(3_600_000).toDecimalPlaces(3, Decimal.ROUND_DOWN)
    expect(totals.runningHours).toBe(hours.toString())
    for (const record of records.filter(({ adjustsUsageId }) => adjustsUsageId === null))
      expect(record).toMatchObject(quantitiesBySize(record))
  })

  let invoice: Invoice

  it('gets an invoice with the right amounts to the piastre once November is over in Cairo', async () => {
    const prices = ok(await customer.get<PriceList>('/api/public/prices'))
    await setClock({ rate: 1500 })
    invoice = await eventually(
      async () => {
        const [first] = ok(await customer.get<Invoice[]>('/api/customer/invoices'))
        return ok(await customer.get<Invoice>(`/api/customer/invoices/${first!.id}`))
      },
      { withinMs: 180_000, everyMs: 250 },
    )
    await setClock({ rate: 1 })
    const answer = await customer.get<Usage>(
      `/api/customer/usage?from=${morning}&to=2026-11-30T22:00:00.000Z&limit=100`,
    )
    const { records, totals } = ok(answer)
    expect(answer.body.meta).toEqual({ nextCursor: null })
    const bill = billOf(records, prices)
    const places = (lines: readonly Owed[]) => lines.map(line => `${line.vmId} ${line.kind}`)
    expect(places(invoice.lines).sort()).toEqual(places(bill.lines).sort())
    for (const owed of bill.lines)
      expect(invoice.lines.find(line => line.vmId === owed.vmId && line.kind === owed.kind)).toMatchObject(owed)
    const { netMinor, vatMinor, totalMinor } = bill
    expect(totalMinor).toBeGreaterThan(0)
    const vatPercent = '14'
    expect(prices.vatPercent).toBe(vatPercent)
    expect(invoice).toMatchObject({ status: 'due', currency: 'EGP', netMinor, vatPercent, vatMinor, totalMinor })
    expect(invoice.lines.reduce((sum, line) => sum + line.vatMinor, 0)).toBe(vatMinor)
    for (const line of invoice.lines) {
      const unrounded = vatOn(line.amountMinor, vatPercent)
      expect([unrounded.floor().toNumber(), unrounded.ceil().toNumber()]).toContain(line.vatMinor)
    }
    expect(total(invoice.energyWh)).toBe(total(totals.energyWh))
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
