import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { serviceNames } from '@sahary/contracts/services'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { urlField } from '../src/config.ts'

const database = `operations_${randomBytes(6).toString('hex')}`
const adminUrl = new URL(`/${database}`, inject('postgresUrl')).href
const urlOf = (role: string): string => {
  const url = new URL(adminUrl)
  url.username = role
  url.password = `test-${role}`
  return url.href
}
const settings = {
  ADMIN_DATABASE_URL: adminUrl,
  RECONCILER_DATABASE_URL: urlOf('reconciler'),
  ...Object.fromEntries(serviceNames.map(service => [urlField(service), urlOf(service)])),
}

/** Runs a command as a job does; gives its exit code and what it wrote. */
async function run(command: string, env: Record<string, string>): Promise<{ code: number | null; out: string }> {
  const main = join(import.meta.dirname, '../src/main.ts')
  const child = spawn(process.execPath, [main, command], { env: { PATH: process.env.PATH, ...env } })
  const out: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => void out.push(String(chunk)))
  const code = await new Promise<number | null>(resolve => child.once('close', resolve))
  return { code, out: out.join('') }
}

async function on(address: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: address })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

beforeAll(() => on(inject('postgresUrl'), `create database ${database}`))
afterAll(() => on(inject('postgresUrl'), `drop database if exists ${database} with (force)`))

test('migrate makes every schema from nothing, each service can sign in to its own, and reconcile finds them in order', async () => {
  const migrated = await run('migrate', settings)
  expect(migrated).toMatchObject({ code: 0 })
  expect(migrated.out).toContain('spine/0001_spine.sql')
  for (const service of serviceNames)
    expect(await on(urlOf(service), 'select count(*)::int as n from outbox')).toEqual([{ n: 0 }])
  expect(await run('reconcile', settings)).toMatchObject({ code: 0 })
  await on(
    adminUrl,
    "insert into billing.inbox (day, event_id, type) values (current_date, gen_random_uuid(), 'usage.recorded')",
  )
  await on(adminUrl, "update billing.inbox set received_at = now() - interval '2 hours'")
  expect(await run('reconcile', settings)).toMatchObject({
    code: 1,
    out: expect.stringContaining('heard and never said'),
  })
})

test('settings that would lock a service out are refused, without a word of their passwords', async () => {
  const swapped = await run('migrate', { ...settings, BILLING_DATABASE_URL: urlOf('solar') })
  expect(swapped).toMatchObject({
    code: 1,
    out: expect.stringContaining('BILLING_DATABASE_URL must sign in as billing'),
  })
  const missing = await run('migrate', { ...settings, SOLAR_DATABASE_URL: '' })
  expect(missing).toMatchObject({ code: 1, out: expect.stringContaining('SOLAR_DATABASE_URL: is not set') })
  for (const { out } of [swapped, missing]) expect(out).not.toContain('test-')
  expect((await run('drop', settings)).code).toBe(2)
})
