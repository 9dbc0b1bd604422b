import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openArchive } from '../src/archive/actions.ts'
import { closeMonths } from '../src/invoice/jobs.ts'
import { type Bench, billingBench, threeHoursMs } from './bench.ts'
import { type Bucket, openBucket, signatureOf } from './bucket.ts'
import { account, usage } from './month.ts'

let bench: Bench
let bucket: Bucket
let invoiceId: number
const patience = { timeoutMs: 300 }
beforeAll(async () => {
  bench = await billingBench()
  bucket = await openBucket()
  bench.deps.files = await openArchive(bucket.url(), patience)
  await bench.hear('account.created', account())
  await bench.hear('usage.recorded', usage(1, '2026-11-10T10:00:00.000Z', { vcpuSeconds: '3600000' }))
  bench.clock.set('2026-12-01T04:00:00Z')
  await closeMonths(bench.deps, threeHoursMs)
  invoiceId = Number((await bench.get('/api/customer/invoices')).json().data[0].id)
})
afterEach(async () => {
  bucket.fall('well')
  bench.deps.files = await openArchive(bucket.url(), patience)
})
afterAll(async () => {
  await bench.close()
  await bucket.close()
})

const pdf = (lang: string) => bench.get(`/api/customer/invoices/${invoiceId}/pdf?lang=${lang}`)
const rows = async () => (await bench.pool.query('select locale, path from document')).rows

describe('the bucket of these tests', () => {
  it('checks signatures as the vendor’s published example has them', () => {
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
    const headers = {
      host: 'examplebucket.s3.amazonaws.com',
      range: 'bytes=0-9',
      'x-amz-content-sha256': empty,
      'x-amz-date': '20130524T000000Z',
    }
    expect(
      signatureOf(
        { method: 'GET', url: '/test.txt', headers },
        '20130524/us-east-1/s3/aws4_request',
        Object.keys(headers),
      ),
    ).toBe('f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41')
  })
})

describe('documents in a bucket', () => {
  it('that is absent are refused for now, with nothing written down', async () => {
    bench.deps.files = await openArchive(bucket.url({ bucket: 'nowhere' }), patience)
    const answer = await pdf('en')
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'documents_unavailable'])
    expect(await rows()).toEqual([])
  })

  it('whose key is not right are refused for now', async () => {
    bench.deps.files = await openArchive(bucket.url({ secret: 'another/secret' }), patience)
    expect((await pdf('en')).statusCode).toBe(503)
    expect(bucket.objects.size).toBe(0)
  })

  it('that does not answer are given up, and printed when it does again', async () => {
    bucket.fall('silent')
    expect((await pdf('en')).json().code).toBe('documents_unavailable')
    bucket.fall('well')
    expect((await pdf('en')).statusCode).toBe(200)
  })

  it('are put there once and fetched ever after', async () => {
    const first = await pdf('ar')
    expect(first.statusCode).toBe(200)
    expect(first.rawPayload.subarray(0, 5).toString()).toBe('%PDF-')
    const { path } = (await rows()).find(row => row.locale === 'ar')
    expect(bucket.objects.get(path)?.equals(first.rawPayload)).toBe(true)
    bucket.asked.length = 0
    expect((await pdf('ar')).rawPayload.equals(first.rawPayload)).toBe(true)
    expect(bucket.asked).toEqual([`GET ${path}`])
  })

  it('that come only half are given up', async () => {
    await pdf('ar')
    bucket.fall('half')
    expect((await pdf('ar')).json().code).toBe('documents_unavailable')
  })

  it('that were tampered with or are gone are not given out', async () => {
    await pdf('ar')
    const { path } = (await rows()).find(row => row.locale === 'ar')
    bucket.objects.set(path, Buffer.from('something else'))
    expect((await pdf('ar')).statusCode).toBe(500)
    bucket.objects.delete(path)
    expect((await pdf('ar')).statusCode).toBe(500)
  })
})
