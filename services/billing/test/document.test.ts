import { createHash } from 'node:crypto'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { closeMonths } from '../src/invoice/jobs.ts'
import { openPrinter } from '../src/printing/actions.ts'
import { type Bench, billingBench, threeHoursMs } from './bench.ts'
import { account, usage } from './month.ts'

let bench: Bench
let invoiceId: number
beforeAll(async () => {
  bench = await billingBench()
  await bench.hear('account.created', account())
  await bench.hear('usage.recorded', usage(1, '2026-11-10T10:00:00.000Z', { vcpuSeconds: '3600000' }))
  bench.clock.set('2026-12-01T04:00:00Z')
  await closeMonths(bench.deps, threeHoursMs)
  invoiceId = Number((await bench.get('/api/customer/invoices')).json().data[0].id)
})
afterAll(() => bench.close())

const pdf = async (lang: string): Promise<Buffer> => {
  const answer = await bench.get(`/api/customer/invoices/${invoiceId}/pdf?lang=${lang}`)
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/pdf'])
  return answer.rawPayload
}
/** The words of a PDF in any order: where a run of Arabic begins on the line is for the reader’s eye to say. */
const wordsOf = async (bytes: Buffer): Promise<string[]> => {
  const document = await getDocument({ data: new Uint8Array(bytes), verbosity: 0 }).promise
  const words: string[] = []
  for (let page = 1; page <= document.numPages; page++)
    for (const item of (await (await document.getPage(page)).getTextContent()).items)
      if ('str' in item) words.push(...item.str.split(/\s+/))
  return words.filter(word => word !== '')
}
const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

describe('an invoice on paper', () => {
  it('in Arabic has every word shaped and still readable by a machine', async () => {
    const words = await wordsOf(await pdf('ar'))
    for (const word of 'سحابة صحاري فاتورة ضريبية تاريخ الإصدار منى السيد معالج ذاكرة قرص الصافي الإجمالي المستحق إيصال الطاقة الشمس البطارية الاستهلاك الضريبي'.split(
      ' ',
    ))
      expect(words).toContain(word)
    // 1000 vCPU-hours at 0.18, 0.5 GiB-hours at 0.07, 10 GiB-hours at 0.0021; 14 % on 180.06.
    for (const figure of [
      'INV-2026-000001',
      '180.00',
      '0.04',
      '0.02',
      '180.06',
      '25.21',
      '205.27',
      '1,000',
      '0.412',
      '0.131',
      '123-456-789',
    ])
      expect(words).toContain(figure)
    expect(words.join('')).not.toMatch(/[\uFB50-\uFDFF\uFE70-\uFEFE\uFFFD]/)
  })

  it('in English says the same', async () => {
    const text = (await wordsOf(await pdf('en'))).join(' ')
    for (const part of [
      'Sahary Cloud',
      'Tax invoice',
      'INV-2026-000001',
      '205.27 EGP',
      '15 December 2026',
      'vCPU-hours',
      'Energy receipt',
      'منى',
    ])
      expect(text).toContain(part)
  })

  it('takes a user’s words as words', async () => {
    const name = '#panic(1) $x$ *b* <i>'
    await bench.hear('account.created', { ...account(8), name })
    await bench.hear('usage.recorded', usage(2, '2026-11-10T10:00:00.000Z', { accountId: 8, vmName: '#read("x")' }))
    await closeMonths(bench.deps, threeHoursMs)
    const id = (await bench.get('/api/customer/invoices', 8)).json().data[0].id
    const answer = await bench.get(`/api/customer/invoices/${id}/pdf?lang=en`, 8)
    const text = (await wordsOf(answer.rawPayload)).join(' ')
    expect(text).toContain(name)
    expect(text).toContain('#read("x")')
  })

  it('is written once, though several ask for the first time at once: a second writing would be read half-done', async () => {
    const [{ id }] = (await bench.get('/api/customer/invoices', 8)).json().data
    const puts = vi.spyOn(bench.deps.files, 'put')
    const first = () => bench.get(`/api/customer/invoices/${id}/pdf?lang=ar`, 8)
    const answers = await Promise.all(Array.from({ length: 5 }, first))
    expect(answers.map(answer => answer.statusCode)).toEqual([200, 200, 200, 200, 200])
    expect(puts).toHaveBeenCalledTimes(1)
    puts.mockRestore()
  })

  it('is printed once, also for many at a time, and given out by its hash ever after', async () => {
    const copies = await Promise.all([pdf('ar'), pdf('ar'), pdf('ar')])
    expect(new Set(copies.map(hash)).size).toBe(1)
    const text = "select sha256, path from document where locale = 'ar' and invoice_id = $1"
    const { rows } = await bench.pool.query(text, [invoiceId])
    expect(rows).toEqual([{ sha256: hash(copies[0]!), path: `invoices/${hash(copies[0]!)}.pdf` }])
    bench.deps.printer.print = () => Promise.reject(new Error('it must not be printed again'))
    expect(hash(await pdf('ar'))).toBe(hash(copies[0]!))
  })

  it('that was tampered with in the store is not given out', async () => {
    await pdf('en')
    const folder = join(bench.folder, 'files', 'invoices')
    const { rows } = await bench.pool.query("select path from document where locale = 'en'")
    expect(readdirSync(folder)).toContain(rows[0].path.split('/')[1])
    writeFileSync(join(bench.folder, 'files', rows[0].path), 'something else')
    expect((await bench.get(`/api/customer/invoices/${invoiceId}/pdf?lang=en`)).statusCode).toBe(500)
  })
})

describe('the printer', () => {
  it('tells what is wrong with data that cannot be printed, and goes on', async () => {
    const printer = openPrinter({ documentsPerThread: 1 })
    await expect(printer.print('{}')).rejects.toThrow('does not print')
    await expect(printer.print('not json')).rejects.toThrow('does not print')
    await printer.close()
  })

  it('refuses what would wait too long, and gives up on a thread that hangs', async () => {
    const full = openPrinter({ queue: 0 })
    await expect(full.print('{}')).rejects.toMatchObject({ code: 'busy' })
    const hasty = openPrinter({ timeoutMs: 1 })
    await expect(hasty.print('{}')).rejects.toThrow('too long')
    await hasty.close()
  })
})
