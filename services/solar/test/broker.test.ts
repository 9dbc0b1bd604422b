import { connect } from '@sahary/db/connect'
import { eventually } from '@sahary/testing/eventually'
import { type TestMosquitto, testMosquitto } from '@sahary/testing/mosquitto'
import { sql } from 'kysely'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, lead } from '../src/app.ts'
import { type Bench, roofSerial, solarBench } from './bench.ts'

let bench: Bench
let broker: TestMosquitto
let ending: AbortController
let led: Promise<void>
let siteId: number
const clients: MqttClient[] = []

const begin = () => {
  ending = new AbortController()
  led = lead(bench.deps, broker.url, ending.signal)
}
const end = async () => {
  ending.abort()
  await led
}
beforeAll(async () => {
  bench = await solarBench()
  broker = await testMosquitto()
  siteId = await bench.addSite()
  begin()
})
afterAll(async () => {
  for (const client of clients) await client.endAsync(true)
  await end()
  await broker.stop()
  await bench.end()
})

type Made = { inverterId: number; credentials: { username: string; password: string; topicPrefix: string } }
const made = async (vendor: 'opendtu' | 'victron', serial: string, site = siteId): Promise<Made> => {
  const body = { vendor, name: serial, serial, ratedW: 2000 }
  const { body: answer } = await bench.ask('POST', `/api/admin/sites/${site}/inverters`, body)
  return answer.data
}
/** Signs in as the device; an account takes a moment to reach the broker. */
const signIn = ({ credentials }: Made, password = credentials.password): Promise<MqttClient> =>
  eventually(
    async () => {
      const client = await connectAsync(
        `mqtt://127.0.0.1:${broker.devicePort}`,
        { username: credentials.username, password, protocolVersion: 5, reconnectPeriod: 0, connectTimeout: 2000 },
        false,
      )
      client.on('error', () => {})
      clients.push(client)
      return client
    },
    { withinMs: 10_000, everyMs: 100 },
  )
const readings = async (inverterId: number, quantity: string): Promise<string[]> => {
  const { rows } = await bench.pool.query(
    'select value from reading where inverter_id = $1 and quantity = $2 order by at',
    [inverterId, quantity],
  )
  return rows.map(row => row.value)
}

test('a device that was just added signs in with what was shown, and its words become readings', async () => {
  const roof = await made('opendtu', '116180000001')
  const client = await signIn(roof)
  await client.publishAsync(`${roof.credentials.topicPrefix}solar/116180000001/0/power`, '612.5', { qos: 1 })
  await eventually(async () => expect(await readings(roof.inverterId, 'ac_power')).toEqual(['612.500000']))
  const { body } = await bench.ask('GET', `/api/admin/sites/${siteId}/inverters`)
  expect(body.data.find((one: Made) => one.inverterId === roof.inverterId)).toMatchObject({
    credentialReady: true,
    live: { online: true },
  })
})

test("a wrong password does not sign in, and another device's topic is closed", async () => {
  const [mine, other] = [await made('opendtu', '116180000002'), await made('opendtu', '116180000003')]
  const client = await signIn(mine)
  await signIn(other)
  await expect(
    connectAsync(
      `mqtt://127.0.0.1:${broker.devicePort}`,
      { username: mine.credentials.username, password: 'guess', reconnectPeriod: 0 },
      false,
    ),
  ).rejects.toThrow()
  await expect(
    client.publishAsync(`${other.credentials.topicPrefix}solar/116180000003/0/power`, '9999', { qos: 1 }),
  ).rejects.toThrow(/[Nn]ot authorized/)
  await client.publishAsync(`${mine.credentials.topicPrefix}solar/116180000002/0/power`, '1.0', { qos: 1 })
  await eventually(async () => expect(await readings(mine.inverterId, 'ac_power')).toHaveLength(1))
  expect(await readings(other.inverterId, 'ac_power')).toEqual([])
})

test('hostile payloads leave no reading and stop nothing', async () => {
  const room = await made('victron', 'c0619ab10001')
  const client = await signIn(room)
  const topic = `${room.credentials.topicPrefix}N/c0619ab10001/system/0/Dc/Battery/Soc`
  for (const payload of [
    'null',
    'NaN',
    '{"value":"55"}',
    '{"value":1e999}',
    '{"value":',
    '[[[[',
    '9'.repeat(60_000),
    '{"value": 480}',
  ]) {
    await client.publishAsync(topic, payload, { qos: 1 })
  }
  await client.publishAsync(`${room.credentials.topicPrefix}no/such/topic`, '1', { qos: 1 })
  await client.publishAsync(topic, '{"value": 55}', { qos: 1 })
  await eventually(async () => expect(await readings(room.inverterId, 'battery_soc')).toEqual(['55.000000']))
})

test('retained words of the past are not readings of now', async () => {
  const room = await made('victron', 'c0619ab10002')
  const client = await signIn(room)
  const topic = `${room.credentials.topicPrefix}N/c0619ab10002/system/0/Dc/Battery/Soc`
  await client.publishAsync(topic, '{"value": 99}', { qos: 1, retain: true })
  await eventually(async () => expect(await readings(room.inverterId, 'battery_soc')).toHaveLength(1))
  await end()
  begin()
  bench.clock.advance(10_000)
  await client.publishAsync(topic, '{"value": 98}', { qos: 1 })
  await eventually(async () =>
    expect(await readings(room.inverterId, 'battery_soc')).toEqual(['99.000000', '98.000000']),
  )
})

test('a Victron device is greeted with a keepalive for everything', async () => {
  const room = await made('victron', 'c0619ab10003')
  const client = await signIn(room)
  const heard: [string, string][] = []
  client.on('message', (topic, payload) => heard.push([topic, payload.toString()]))
  await client.subscribeAsync(`${room.credentials.topicPrefix}R/#`, { qos: 0 })
  await end()
  begin()
  await eventually(() => expect(heard).toContainEqual([`devices/${room.inverterId}/R/c0619ab10003/keepalive`, '']))
})

test('what comes while nobody listens is kept by the broker and read afterwards', async () => {
  const roof = await made('opendtu', '116180000004')
  const client = await signIn(roof)
  await end()
  await client.publishAsync(`${roof.credentials.topicPrefix}solar/116180000004/0/power`, '321.0', { qos: 1 })
  begin()
  await eventually(async () => expect(await readings(roof.inverterId, 'ac_power')).toEqual(['321.000000']))
})

test('nothing is acknowledged before it is committed: a database that is away loses no message', async () => {
  const roof = await made('opendtu', '116180000005')
  const client = await signIn(roof)
  const admin = await bench.pool.connect()
  await admin.query('begin; lock table inverter_state in access exclusive mode')
  await client.publishAsync(`${roof.credentials.topicPrefix}solar/116180000005/0/power`, '77.0', { qos: 1 })
  // The term ends while the batch cannot be committed, as if the process had been killed there.
  ending.abort()
  await led
  await admin.query('rollback')
  admin.release()
  begin()
  await eventually(async () => expect(await readings(roof.inverterId, 'ac_power')).toEqual(['77.000000']))
})

async function lockWaits(): Promise<number> {
  const { rows } = await bench.pool.query(
    "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  )
  return rows.length
}

test('no slot is closed while messages of it wait for the database', async () => {
  const roof = await made('opendtu', '116180000009', await bench.addSite())
  const client = await signIn(roof)
  const say = () =>
    client.publishAsync(`${roof.credentials.topicPrefix}solar/116180000009/0/power`, '120.0', { qos: 1 })
  const kept = async (count: number) =>
    eventually(async () => expect(await readings(roof.inverterId, 'ac_power')).toHaveLength(count))
  bench.clock.set('2026-06-21T12:00:00Z')
  for (let count = 1; count <= 15; count += 1) {
    await say()
    await kept(count)
    bench.clock.advance(20_000)
  }
  const admin = await bench.pool.connect()
  await admin.query('begin; lock table live_value in exclusive mode')
  await say()
  // The broker has it at once; that it has arrived here is seen by whoever waits for the table.
  await eventually(async () => expect(await lockWaits()).toBeGreaterThan(0))
  bench.clock.advance(120_000)
  const closed = async () =>
    (await bench.said('energy.slot_closed'))
      .map(one => one.data)
      .filter(({ from }) => from === '2026-06-21T12:00:00.000Z')
  // Closing has several turns until an account is made.
  await signIn(await made('opendtu', '116180000010'))
  expect(await closed()).toEqual([])
  await admin.query('rollback')
  admin.release()
  await eventually(async () => expect(await closed()).toMatchObject([{ producedWh: '10.000' }]))
})

test('a message that the database refuses does not stop those behind it', async () => {
  const admin = connect<Database>(bench.adminUrl, { service: 'test' })
  await sql`alter table solar.reading add constraint strange check (value <> 666) not valid`.execute(admin.db)
  const roof = await made('opendtu', '116180000007')
  const client = await signIn(roof)
  const topic = (channel: number) => `${roof.credentials.topicPrefix}solar/116180000007/${channel}/power`
  await Promise.all(
    ['5', '666', '7'].map((value, channel) => client.publishAsync(topic(channel + 1), value, { qos: 1 })),
  )
  await eventually(async () =>
    expect((await readings(roof.inverterId, 'string_power')).toSorted()).toEqual(['5.000000', '7.000000']),
  )
  await sql`alter table solar.reading drop constraint strange`.execute(admin.db)
  await admin.close()
})

test('after a burst of a thousand messages the last word of each channel is known', async () => {
  const roof = await made('opendtu', '116180000006')
  const client = await signIn(roof)
  const sent = Array.from({ length: 1000 }, (_, index) =>
    client.publishAsync(`${roof.credentials.topicPrefix}solar/116180000006/${index % 4}/power`, `${index}.0`, {
      qos: 1,
    }),
  )
  await Promise.all(sent)
  await eventually(async () => {
    const { rows } = await bench.pool.query(
      'select part, value::int as value from live_value where inverter_id = $1 order by part',
      [roof.inverterId],
    )
    expect(rows.map(row => row.value)).toEqual([996, 997, 998, 999])
  })
})

test('an account that the broker has lost is made again with the password that was shown', async () => {
  const roof = await made('opendtu', '116180000008')
  const before = await signIn(roof)
  const admin = await connectAsync(broker.url.replace('solar:test-solar', 'admin:test-admin'), { protocolVersion: 5 })
  const commands = [{ command: 'deleteClient', username: roof.credentials.username }]
  await admin.publishAsync('$CONTROL/dynamic-security/v1', JSON.stringify({ commands }), { qos: 1 })
  await eventually(() => expect(before.connected).toBe(false))
  await admin.endAsync()
  await end()
  begin()
  await signIn(roof)
})

test('a broker that restarts is found again', async () => {
  const roof = await made('opendtu', roofSerial)
  await signIn(roof)
  await broker.restart()
  const client = await signIn(roof)
  await eventually(
    async () => {
      await client.publishAsync(`${roof.credentials.topicPrefix}solar/${roofSerial}/0/power`, '5.0', { qos: 1 })
      expect((await readings(roof.inverterId, 'ac_power')).length).toBeGreaterThan(0)
    },
    { withinMs: 15_000, everyMs: 200 },
  )
})
