import { randomUUID } from 'node:crypto'
import { transaction } from '@sahary/db/transaction'
import { staffToken } from '@sahary/testing/principal'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { giveUpWaiting } from '../src/reconcile/actions.ts'
import { computeBench, order, probeOf, runningAs } from './bench.ts'
import { sshKeyPair } from './ssh.ts'

let bench: Awaited<ReturnType<typeof computeBench>>
let keyId: number
const stranger = { userId: 2, accountId: 2 }

beforeAll(async () => {
  bench = await computeBench()
  await bench.host()
  keyId = await bench.key()
})
afterAll(() => bench.close())

const post = (body: object, who = {}) => bench.ask('POST', '/api/customer/vms', body, who)
const faults = (answer: { body: { errors?: { field: string; code: string }[] } }) =>
  (answer.body.errors ?? []).map(({ field, code }) => `${field} ${code}`)

describe('what may be rented', () => {
  it('is for anybody to see', async () => {
    const types = await bench.app.inject('/api/public/vm-types')
    expect(types.json().data.map((type: { name: string }) => type.name)).toEqual(['tiny-1', 's-1', 's-2'])
    const images = await bench.app.inject('/api/public/images')
    expect(images.json().data.map((image: { available: boolean }) => image.available)).toEqual([true, false])
    expect(images.json().data[0]).toMatchObject({
      name: 'tiny',
      title: { ar: expect.stringMatching(/[\u0600-\u06FF]/) },
    })
  })
})

describe('renting a VM', () => {
  it('answers at once with the VM, its address and the action to follow, and says so once', async () => {
    const body = order([keyId])
    const key = randomUUID()
    const first = await post(body, { key })
    expect(first).toMatchObject({
      status: 201,
      data: {
        name: body.name,
        status: 'initializing',
        desired: 'running',
        ssh: { port: 22, hostKeyFingerprint: null },
        actions: [{ verb: 'create', status: 'running', reason: 'user', error: null }],
      },
    })
    const again = await post(body, { key })
    expect(again.body).toEqual(first.body)
    expect(await post({ ...body, name: 'other' }, { key })).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    })
    const said = (await bench.said('vm.created')).filter(event => event.subject === String(first.data.id))
    expect(said).toHaveLength(1)
    expect(said[0]?.data).toMatchObject({ name: body.name, reason: 'user', image: 'tiny', spec: { vmType: 'tiny-1' } })
  })

  it('refuses what makes no sense, field by field, and leaves nothing behind', async () => {
    const before = await bench.said()
    const wrong: [object, string][] = [
      [{ name: '' }, 'name field_too_small'],
      [{ name: '-x' }, 'name field_format'],
      [{ name: 'a'.repeat(64) }, 'name field_too_big'],
      [{ name: 'a b' }, 'name field_format'],
      [{ vmType: 'huge-99' }, 'vmType vm_type_unknown'],
      [{ image: 'windows' }, 'image image_unknown'],
      [{ image: 'debian-12' }, 'vmType image_needs_memory'],
      [{ supplyClass: 'moon' }, 'supplyClass field_choice'],
      [{ sshKeyIds: [] }, 'sshKeyIds field_too_small'],
      [{ sshKeyIds: [keyId, 99_999_999] }, 'sshKeyIds.1 ssh_key_unknown'],
      [{ sshKeyIds: ['1'] }, 'sshKeyIds.0 field_type'],
      [{ siteId: 77 }, 'siteId site_unknown'],
      [{ siteId: -1 }, 'siteId field_too_small'],
      [{ vcpus: 64 }, 'vcpus unknown_field'],
      [{ userData: 'x'.repeat(40_000) }, 'userData field_too_big'],
    ]
    for (const [more, fault] of wrong) {
      const answer = await post(order([keyId], more))
      expect(answer.status, fault).toBe(422)
      expect(faults(answer)).toContain(fault)
    }
    expect(await bench.said()).toHaveLength(before.length)
  })

  it('refuses a key of somebody else as if there were none', async () => {
    const theirs = await bench.key(sshKeyPair().publicKey, stranger)
    expect(faults(await post(order([theirs])))).toEqual(['sshKeyIds.0 ssh_key_unknown'])
  })

  it('needs an Idempotency-Key, and a name of its own', async () => {
    expect(await post(order([keyId]), { key: '' })).toMatchObject({ body: { code: 'idempotency_key_required' } })
    const { data } = await post(order([keyId]))
    expect(await post(order([keyId], { name: data.name }))).toMatchObject({
      status: 409,
      body: { code: 'vm_name_taken' },
    })
  })

  it('is refused where no host has the image', async () => {
    expect(await post(order([keyId], { image: 'debian-12', vmType: 's-1' }))).toMatchObject({
      status: 503,
      body: { code: 'image_not_on_host' },
    })
  })

  it('speaks Arabic when it refuses', async () => {
    const answer = await post(order([keyId], { image: 'windows' }), { locale: 'ar' })
    expect(answer.body.errors[0].message).toMatch(/[\u0600-\u06FF]/)
  })
})

describe('a full host', () => {
  it('gives its last place to exactly one of many that ask at once', async () => {
    const own = await computeBench()
    const asks = 8
    // Two places of 128 MiB.
    await own.host('small', probeOf({ memoryMib: 256 }))
    const key = await own.key()
    const answers = await Promise.all(
      Array.from({ length: asks }, () => own.ask('POST', '/api/customer/vms', order([key]))),
    )
    const refused = answers.filter(answer => answer.status !== 201)
    expect(refused.map(answer => [answer.status, answer.body.code])).toEqual(Array(asks - 2).fill([409, 'host_full']))
    const addresses = answers.filter(answer => answer.status === 201).map(answer => answer.data.ssh.host)
    expect(new Set(addresses).size).toBe(2)
    await own.close()
  })

  it('is no host at all before one has joined', async () => {
    const own = await computeBench()
    const key = await own.key()
    expect(await own.ask('POST', '/api/customer/vms', order([key]))).toMatchObject({
      status: 503,
      body: { code: 'no_host' },
    })
    await own.close()
  })

  it('has room again for another account, in a network of its own', async () => {
    const own = await computeBench()
    await own.host()
    const mine = await own.ask('POST', '/api/customer/vms', order([await own.key()]))
    const theirs = await own.ask('POST', '/api/customer/vms', order([await own.key(undefined, stranger)]), stranger)
    const network = (address: string) => Number(address.split('.')[3]) >> 4
    expect(network(mine.data.ssh.host)).not.toBe(network(theirs.data.ssh.host))
    await own.close()
  })
})

describe('a VM of somebody else', () => {
  it('does not exist, whatever is asked of it', async () => {
    const { data } = await post(order([keyId]))
    const path = `/api/customer/vms/${data.id}`
    const asked = [
      bench.ask('GET', path, undefined, stranger),
      bench.ask('PATCH', path, { name: 'mine', version: 1 }, stranger),
      bench.ask('DELETE', path, undefined, stranger),
      bench.ask('POST', `${path}/start`, undefined, stranger),
      bench.ask('POST', `${path}/stop`, undefined, stranger),
      bench.ask('POST', `${path}/reboot`, undefined, stranger),
      bench.ask('GET', `${path}/actions`, undefined, stranger),
    ]
    for (const answer of await Promise.all(asked)) expect(answer.status).toBe(404)
    expect((await bench.ask('GET', '/api/customer/vms', undefined, stranger)).data).toEqual([])
    for (const odd of ['0', 'x', '-1', '1e3', '9'.repeat(20)])
      expect((await bench.ask('GET', `/api/customer/vms/${odd}`)).status).toBe(404)
  })

  it('is not a viewer’s to change', async () => {
    const viewer = { memberRole: 'viewer' as const }
    expect((await bench.ask('GET', '/api/customer/vms', undefined, viewer)).status).toBe(200)
    expect((await post(order([keyId]), viewer)).status).toBe(403)
  })
})

describe('a change of name', () => {
  it('needs the version that was seen, and gets the present VM otherwise', async () => {
    const { data } = await post(order([keyId]))
    const path = `/api/customer/vms/${data.id}`
    expect((await bench.ask('PATCH', path, { name: 'renamed-1', version: data.version })).data).toMatchObject({
      name: 'renamed-1',
      version: data.version + 1,
    })
    const late = await bench.ask('PATCH', path, { name: 'renamed-2', version: data.version })
    expect(late).toMatchObject({ status: 409, body: { code: 'version_conflict', current: { name: 'renamed-1' } } })
  })
})

describe('power', () => {
  it('takes the place of what leads elsewhere, and an error always says why', async () => {
    const { data } = await post(order([keyId]))
    const stop = await bench.ask('POST', `/api/customer/vms/${data.id}/stop`)
    expect(stop).toMatchObject({ status: 202, data: { verb: 'stop', status: 'running' } })
    const actions = (await bench.ask('GET', `/api/customer/vms/${data.id}/actions`)).data
    expect(actions.map((action: { verb: string; status: string }) => [action.verb, action.status])).toEqual([
      ['stop', 'running'],
      ['create', 'error'],
    ])
    expect(actions[1].error).toEqual({ code: 'superseded', message: 'Another action took its place.' })
    const read = await bench.ask('GET', `/api/customer/vms/${data.id}/actions`, undefined, { locale: 'ar' })
    expect(read.data[1].error).toEqual({ code: 'superseded', message: 'حلّ إجراء آخر محله.' })
    expect(await bench.ask('POST', `/api/customer/vms/${data.id}/reboot`)).toMatchObject({
      status: 409,
      body: { code: 'vm_not_running' },
    })
  })

  it('that takes too long ends with a reason, and a VM that could not be made is said to have failed', async () => {
    const { data } = await post(order([keyId]))
    const late = () => transaction(bench.db, tx => giveUpWaiting(tx, data.id, bench.clock.now()))
    await bench.seen(data.id, { kind: 'unknown' })
    await late()
    const first = async () => (await bench.ask('GET', `/api/customer/vms/${data.id}/actions`)).data[0]
    expect(await first()).toMatchObject({ status: 'error', error: { code: 'host_unreachable' } })
    await bench.ask('POST', `/api/customer/vms/${data.id}/start`)
    await bench.seen(data.id, { kind: 'absent' })
    await late()
    expect(await first()).toMatchObject({ verb: 'start', status: 'error', error: { code: 'creation_failed' } })
    expect((await bench.ask('GET', `/api/customer/vms/${data.id}`)).data).toMatchObject({
      desired: 'off',
      statusReason: 'creation_failed',
    })
    const said = (await bench.said('vm.failed')).filter(event => event.subject === String(data.id))
    expect(said.map(event => event.data.code)).toEqual(['creation_failed'])
    expect((await bench.ask('POST', `/api/customer/vms/${data.id}/start`)).status).toBe(202)
  })

  it('of a VM that is being deleted is refused', async () => {
    const { data } = await post(order([keyId]))
    await bench.seen(data.id, runningAs())
    await bench.ask('DELETE', `/api/customer/vms/${data.id}`)
    expect(await bench.ask('POST', `/api/customer/vms/${data.id}/start`)).toMatchObject({
      status: 409,
      body: { code: 'vm_being_deleted' },
    })
  })
})

describe('SSH keys', () => {
  it('are read strictly and shown with their fingerprint', async () => {
    const { publicKey } = sshKeyPair()
    const made = await bench.ask('POST', '/api/customer/ssh-keys', {
      name: 'laptop',
      publicKey: `${publicKey} me@home`,
    })
    expect(made).toMatchObject({
      status: 201,
      data: { fingerprint: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/) },
    })
    expect(made.data.publicKey).toBe(publicKey.trim().split(' ').slice(0, 2).join(' '))
    expect(await bench.ask('POST', '/api/customer/ssh-keys', { name: 'other', publicKey })).toMatchObject({
      body: { code: 'ssh_key_taken' },
    })
    expect(
      await bench.ask('POST', '/api/customer/ssh-keys', { name: 'laptop', publicKey: sshKeyPair().publicKey }),
    ).toMatchObject({ status: 409, body: { code: 'ssh_key_name_taken' } })
    const bad = await bench.ask('POST', '/api/customer/ssh-keys', { name: 'bad', publicKey: 'ssh-ed25519 AAAA' })
    expect(bad.status).toBe(422)
    expect(faults(bad)).toEqual(['publicKey ssh_key_malformed'])
    expect((await bench.ask('DELETE', `/api/customer/ssh-keys/${made.data.id}`, undefined, stranger)).status).toBe(404)
    expect((await bench.ask('DELETE', `/api/customer/ssh-keys/${made.data.id}`)).status).toBe(204)
  })
})

describe('hosts', () => {
  it('are for operators to see', async () => {
    expect((await bench.ask('GET', '/api/admin/hosts')).status).toBe(403)
    const headers = { authorization: `Bearer ${await staffToken('operator')}` }
    const answer = await bench.app.inject({ url: '/api/admin/hosts', headers })
    expect(answer.json().data[0]).toMatchObject({
      name: 'h1',
      siteId: 1,
      state: 'up',
      cores: 2,
      sellable: { vcpus: 8 },
    })
    const joined = await bench.said('host.joined')
    expect(joined).toHaveLength(1)
  })
})
