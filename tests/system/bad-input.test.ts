import { describedBy } from '@sahary/local/commands/descriptions'
import { comparing } from '@sahary/local/commands/generated'
import type { Platform } from '@sahary/local/platform/platform'
import { eventually } from '@sahary/testing/eventually'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Asked, badRequests, device, type Ids, order, paths, person } from './bad-requests.ts'
import { type Caller, caller, ok } from './customer.ts'
import { openKept } from './kept.ts'
import { startPlatform } from './platform.ts'
import { type Problem, type Reply, send } from './request.ts'
import { newKey } from './ssh.ts'

type Thing = { id: number; name: string; status: string }
type Credentials = { username: string; password: string; topicPrefix: string }
const { vms, keys, devices, repairs, register, login, inverters } = paths

const letters = { ar: /[\u0600-\u06FF]/, en: /^[\p{ASCII}’–×…]+$/u } as const

describe('what is asked wrongly', () => {
  let platform: Platform
  let stop: () => Promise<void>
  let kept: ReturnType<typeof openKept>
  let mona: Caller
  const tokens: Record<string, string> = {}
  const ids: Record<string, Ids> = {}

  const signIn = async (identifier: string, password: string): Promise<string> => {
    const answer = await caller(platform.gatewayUrl).post<{ accessToken: string }>(login, { identifier, password })
    return ok(answer).accessToken
  }
  /** A customer with a key, a device and a repair. */
  const customer = async (name: 'mona' | 'ali'): Promise<Caller> => {
    const identifier = `${name}@sahary.test`
    const door = caller(platform.gatewayUrl)
    ok(await door.post(register, { identifier, password: person.password, name, locale: 'ar' }), 201)
    tokens[name] = await signIn(identifier, person.password)
    const self = door.as(tokens[name])
    const key = ok(await self.post<Thing>(keys, { name: 'first', publicKey: newKey().public }), 201).id
    const machine = ok(await self.post<Thing>(devices, { ...device, serial: name }), 201).id
    const broken = { deviceId: machine, category: 'other', description: 'it hums at night' }
    const repair = ok(await self.post<Thing>(repairs, broken), 201).id
    ids[name] = { vm: 0, key, device: machine, repair }
    return self
  }
  const ask = (asked: Asked, language?: string): Promise<Reply<Problem>> => {
    const { as = 'mona', headers, ...request } = asked
    const token = as === 'nobody' ? undefined : (tokens[as] ?? as)
    const wanted: Record<string, string> = language ? { 'accept-language': language } : {}
    return send(platform.gatewayUrl, { ...request, token, headers: { ...wanted, ...headers } })
  }

  beforeAll(async () => {
    const settings = {
      compute: { HOST_DISK_GIB: '2' },
      gateway: { LIMIT_FACTOR: '1000' },
      identity: { SIGN_INS_PER_NETWORK: '100000', PASSWORD_COST: '4' },
    }
    ;({ platform, stop } = await startPlatform({ settings }))
    kept = openKept(platform.servers.postgres.url)
    tokens.operator = await signIn(platform.admin.identifier, platform.admin.password)
    mona = await customer('mona')
    const ali = await customer('ali')
    ids.ali!.vm = ok(await ali.post<Thing>(vms, order(ids.ali!)), 201).id
    const runs = async () => expect(ok(await ali.get<Thing>(`${vms}/${ids.ali!.vm}`)).status).toBe('running')
    await eventually(runs, { withinMs: 60_000, everyMs: 250 })
  })
  afterAll(async () => {
    await kept?.close()
    await stop?.()
  })

  it('comes after a description of itself that is checked in as it is', async () => {
    expect(await describedBy(platform.gatewayUrl, comparing)).toEqual([])
  })

  it.each(badRequests)('$what is refused in both languages, and nothing of it stays', async bad => {
    const { status, code, field, why } = bad
    const before = await kept.count()
    for (const language of ['ar', 'en'] as const) {
      const { body, ...answer } = await ask(bad.ask(ids.mona!, ids.ali!), language)
      expect({ ...answer, code: body.code }).toMatchObject({ status, code, language })
      expect(answer.type).toContain('application/problem+json')
      expect(body.title).toMatch(letters[language])
      expect(body.requestId).toBeTruthy()
      if (field === undefined) continue
      const fault = body.errors?.find(each => each.field === field && each.code === why)
      expect(fault?.message, JSON.stringify(body)).toMatch(letters[language])
    }
    expect(await kept.count()).toEqual(before)
  })

  it('speaks the language of the account when the request names none', async () => {
    const { language, body } = await ask({ path: devices, body: {} })
    expect(language).toBe('ar')
    expect(body.title).toMatch(letters.ar)
  })

  it('answers a repeated key with the first answer, and refuses it for another request', async () => {
    const headers = { 'idempotency-key': 'the-same' }
    const first = { path: devices, body: { ...device, serial: 'twice' }, headers }
    const [one, two] = [await ask(first), await ask(first)]
    expect(one.status).toBe(201)
    expect(two).toEqual(one)
    const after = await kept.count()
    const other = await ask({ ...first, body: { ...device, serial: 'other' } })
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } })
    expect(await kept.count()).toEqual(after)
  })

  it('rents until the host is full, and then neither a server nor a network of it stays', async () => {
    const last = ok(await mona.post<Thing>(vms, order(ids.mona!)), 201)
    const runs = async () => expect(ok(await mona.get<Thing>(`${vms}/${last.id}`)).status).toBe('running')
    await eventually(runs, { withinMs: 60_000, everyMs: 250 })
    const before = await kept.count()
    const refused = await ask({ path: vms, body: { ...order(ids.mona!), name: 'one-too-many' } }, 'ar')
    expect(refused).toMatchObject({ status: 409, body: { code: 'host_full' } })
    expect(ok(await mona.get<Thing[]>(vms)).map(vm => vm.name)).toEqual(['dome'])
    expect(await kept.count()).toEqual(before)
  })

  describe('over MQTT', () => {
    const clients: MqttClient[] = []
    let one: Credentials
    let two: Credentials

    const connect = async ({ username, password }: Omit<Credentials, 'topicPrefix'>): Promise<MqttClient> => {
      const { host, port } = platform.servers.mosquitto.device
      const session = { username, password, clientId: username, protocolVersion: 5 as const, reconnectPeriod: 0 }
      const client = await mqtt.connectAsync(`mqtt://${host}:${port}`, { ...session, connectTimeout: 5_000 }, false)
      client.on('error', () => {})
      clients.push(client)
      return client
    }
    const mount = async (serial: string): Promise<Credentials> => {
      const body = { vendor: 'opendtu', name: serial, serial, ratedW: 1600 }
      const door = caller(platform.gatewayUrl, tokens.operator)
      return ok(await door.post<{ credentials: Credentials }>(inverters, body), 201).credentials
    }
    const heard = async (outcome: string): Promise<number> => {
      const metrics = await (await fetch(`${platform.opsUrl('solar')}/metrics`)).text()
      return Number(new RegExp(`solar_messages_total{outcome="${outcome}"[^}]*} (\\d+)`).exec(metrics)?.[1] ?? 0)
    }
    const live = async (): Promise<boolean[]> => {
      const door = caller(platform.gatewayUrl, tokens.operator)
      const rows = ok(await door.get<{ serial: string; live: { online: boolean } }[]>(inverters))
      return ['116180000001', '116180000002'].map(serial => rows.find(row => row.serial === serial)!.live.online)
    }
    const power = ({ topicPrefix }: Credentials, serial: string) => `${topicPrefix}solar/${serial}/0/power`

    beforeAll(async () => {
      one = await mount('116180000001')
      two = await mount('116180000002')
      await eventually(() => connect(one))
    })
    afterAll(async () => {
      await Promise.all(clients.map(client => client.endAsync(true)))
    })

    it.each([
      ['null', 'null'],
      ['an empty message', ''],
      ['NaN', 'NaN'],
      ['a number without end', '1e999'],
      ['a negative sun', '-99999999'],
      ['bytes that are no text', Buffer.from([0xff, 0xfe, 0])],
      ['a text of 60 kB', '9'.repeat(60_000)],
    ])('%s is counted as refused, and the device does not count as heard', async (_what, payload) => {
      const before = await heard('refused')
      await clients[0]!.publishAsync(power(one, '116180000001'), payload, { qos: 1 })
      await eventually(async () => expect(await heard('refused')).toBe(before + 1))
      expect(await live()).toEqual([false, false])
    })

    it.each([
      ['a wrong password', () => ({ ...one, password: 'wrong' })],
      ['no such device', () => ({ username: '4711', password: 'wrong' })],
      ['no password', () => ({ username: one.username, password: '' })],
    ])('%s is not let in', async (_what, who) => {
      await expect(connect(who())).rejects.toThrow(/not authorized|Bad User Name or Password/i)
    })

    it("another device's topic is refused by the broker and reaches nobody", async () => {
      const topic = power(two, '116180000002')
      await expect(clients[0]!.publishAsync(topic, '700', { qos: 1 })).rejects.toThrow(/Not authorized/i)
      expect(await live()).toEqual([false, false])
    })

    it('a message of 100 kB ends its connection and nobody else’s', { timeout: 30_000 }, async () => {
      const bystander = await connect(two)
      const closed = new Promise<void>(resolve => clients[0]!.once('close', () => resolve()))
      clients[0]!.publish(power(one, '116180000001'), 'x'.repeat(100_000), { qos: 1 })
      await closed
      await bystander.publishAsync(power(two, '116180000002'), '700', { qos: 1 })
      await eventually(async () => expect(await live()).toEqual([false, true]))
    })
  })
})
