import { serviceNames } from '@sahary/contracts/services'
import { eventually } from '@sahary/testing/eventually'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, caller, ok } from '../system/customer.ts'
import { textOf } from '../system/pdf.ts'
import { openRoof } from '../system/roof.ts'
import { newKey } from '../system/ssh.ts'
import { type Deployment, prepare } from './deployment.ts'

type Energy = { quality: string; siteId: number }
type Inverter = { vendor: string; live: { online: boolean } }
type Invoice = { id: number; number: string; totalMinor: number }

const person = { identifier: '01012345678', password: 'الشمس تشرق كل يوم', name: 'منى السيد', locale: 'ar' }
const patient = { withinMs: 240_000, everyMs: 1_000 }

describe('docker-compose.yml on images that were built here', () => {
  let up: Deployment
  let stranger: Caller
  let operator: Caller
  let customer: Caller
  let roof: Awaited<ReturnType<typeof openRoof>> | undefined
  let vmId: number
  let invoice: Invoice

  const signIn = async (identifier: string, password: string): Promise<Caller> =>
    stranger.as(
      ok(await stranger.post<{ accessToken: string }>('/api/auth/login', { identifier, password })).accessToken,
    )
  /** A token lasts ten minutes, which a busy machine may need for a few steps. */
  const comeBack = async () => {
    customer = await signIn('٠١٠ ١٢٣٤ ٥٦٧٨', person.password)
  }
  const runClock = async (rate: number) => ok(await operator.put('/api/admin/clock', { rate }))
  const ready = async (service: string) => {
    const { status } = await fetch(`http://${await up.addressOf(service)}:9090/readyz`)
    expect(status, service).toBe(200)
  }
  const pdf = async (): Promise<Buffer> => {
    const address = new URL(`/api/customer/invoices/${invoice.id}/pdf?lang=ar`, up.gatewayUrl)
    const answer = await fetch(address, { headers: { authorization: `Bearer ${customer.token}` } })
    expect(answer.status).toBe(200)
    return Buffer.from(await answer.arrayBuffer())
  }

  beforeAll(async () => {
    up = await prepare()
    stranger = caller(up.gatewayUrl)
  }, 1_200_000)
  afterAll(async () => {
    await roof?.stop()
    await up?.stop()
  })

  it('comes up, and every service says that it is ready', async () => {
    await up.compose('up', '--detach')
    for (const service of serviceNames) await eventually(() => ready(service), patient)
    await eventually(async () => {
      const { status } = ok(await stranger.get<{ status: string }>('/api/public/status'))
      expect(status).toBe('ok')
    }, patient)
  })

  it('finds every program of ours healthy, without power and on a root that it cannot write to', async () => {
    for (const service of serviceNames) {
      const { HostConfig, Config } = await eventually(async () => {
        const seen = await up.container(service)
        expect(seen.State.Health?.Status, service).toBe('healthy')
        return seen
      }, patient)
      expect(HostConfig).toMatchObject({ ReadonlyRootfs: true, CapDrop: ['ALL'], Privileged: false })
      expect(Config.User).toBe(service === 'compute' ? '0:0' : '10001:10001')
    }
  })

  it('serves the portal, the description of its API and the pages about it', async () => {
    expect(ok(await stranger.get<string>('/customer/'))).toContain('<html lang="ar" dir="rtl"')
    expect(ok(await stranger.get<string>('/api/docs/js/scalar.js')).length).toBeGreaterThan(100_000)
    const { body } = await stranger.get('/api/openapi.json')
    for (const path of ['auth/login', 'customer/vms', 'customer/usage', 'customer/invoices', 'customer/repairs'])
      expect(body.paths).toHaveProperty([`/api/${path}`])
  })

  it('registers a customer by mobile number, who signs in with Arabic digits', async () => {
    await eventually(async () => {
      await stranger.post('/api/auth/register', person)
      await comeBack()
    }, patient)
    operator = await eventually(() => signIn(up.admin.identifier, up.admin.password), patient)
  })

  it('reads something of every service', async () => {
    const own = ['profile', 'vms', 'usage', 'invoices/current', 'energy', 'devices', 'repairs', 'notifications']
    const paths = ['/api/public/prices', '/api/public/vm-types', ...own.map(name => `/api/customer/${name}`)]
    for (const path of paths) ok(await customer.get(path))
  })

  it('rents a server, on the engine whose socket compute alone has', async () => {
    const sshKey = { name: 'laptop', publicKey: newKey().public }
    const key = ok(await customer.post<{ id: number }>('/api/customer/ssh-keys', sshKey), 201)
    const wanted = { name: 'dome', vmType: 'tiny-1', image: 'tiny', supplyClass: 'always_on', sshKeyIds: [key.id] }
    vmId = ok(await customer.post<{ id: number }>('/api/customer/vms', wanted), 201).id
    await eventually(async () => {
      const { status } = ok(await customer.get<{ status: string }>(`/api/customer/vms/${vmId}`))
      expect(status).toBe('running')
    }, patient)
  })

  it('hears inverters through the published port of the broker', async () => {
    roof = await openRoof(up)
    await eventually(async () => {
      const seen = ok(await operator.get<Inverter[]>('/api/admin/sites/1/inverters'))
      expect(seen.map(({ vendor, live }) => [vendor, live.online]).sort()).toEqual([
        ['opendtu', true],
        ['victron', true],
      ])
      expect(ok(await customer.get<Energy[]>('/api/customer/energy'))[0]).toMatchObject({ quality: 'measured' })
    }, patient)
  })

  it('prints an Arabic invoice once the month is over', async () => {
    await runClock(1500)
    invoice = await eventually(async () => {
      const [first] = ok(await customer.get<Invoice[]>('/api/customer/invoices'))
      return ok(await customer.get<Invoice>(`/api/customer/invoices/${first!.id}`))
    }, patient)
    await runClock(1)
    expect(invoice.totalMinor).toBeGreaterThan(0)
    const text = await textOf(await pdf())
    for (const part of ['فاتورة', 'سحابة صحاري', 'منى السيد', invoice.number]) expect(text).toContain(part)
  })

  it('has a killed service back, with the documents that it kept', async () => {
    await eventually(comeBack, patient)
    const before = await pdf()
    const { State } = await up.container('billing')
    process.kill(State.Pid, 'SIGKILL')
    await eventually(async () => {
      const now = await up.container('billing')
      expect(now.RestartCount).toBeGreaterThan(0)
      expect(now.State.Running).toBe(true)
      await ready('billing')
    }, patient)
    expect(await eventually(pdf, patient)).toEqual(before)
  })

  it('compares what was said with what was heard, and finds a difference only where one was made', async () => {
    const client = new pg.Client({ connectionString: await up.adminUrl() })
    await client.connect()
    try {
      // Events of the last hour are left out, because they may be under way: these are made older.
      for (const service of serviceNames) {
        await client.query(`update ${service}.outbox set created_at = created_at - interval '2 hours'`)
        await client.query(`update ${service}.inbox set received_at = received_at - interval '2 hours'`)
      }
      const compared = () => up.compose('run', '--rm', '-T', 'reconcile')
      await eventually(compared, patient)
      const one = `select event_id from metering.inbox where type = 'vm.metered' limit 1`
      expect((await client.query(`delete from metering.inbox where event_id = (${one})`)).rowCount).toBe(1)
      await expect(compared()).rejects.toThrow('vm.metered')
    } finally {
      await client.end()
    }
  })

  it('goes down and leaves nothing behind', async () => {
    await roof?.stop()
    roof = undefined
    await eventually(comeBack, patient)
    ok(await customer.remove(`/api/customer/vms/${vmId}`), 202)
    await eventually(async () => {
      expect((await customer.get(`/api/customer/vms/${vmId}`)).status).toBe(404)
    }, patient)
    await up.compose('down', '--volumes')
    expect(await up.left()).toEqual({ containers: [], volumes: [], networks: [] })
  })
})
