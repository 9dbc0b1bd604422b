import { eventually } from '@sahary/testing/eventually'
import { type TestMosquitto, testMosquitto } from '@sahary/testing/mosquitto'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'

let broker: TestMosquitto
let solar: MqttClient
const heard: string[] = []
const open: MqttClient[] = []

async function enter(url: string, options: Record<string, unknown> = {}): Promise<MqttClient> {
  const client = await connectAsync(
    url,
    { reconnectPeriod: 0, connectTimeout: 3_000, protocolVersion: 5, ...options },
    false,
  )
  client.on('error', () => {})
  open.push(client)
  return client
}

/** Publishes as a device and then as one that may, so that what should not arrive has had its chance. */
async function arrives(topic: string, from: MqttClient, payload: string | Buffer = topic): Promise<boolean> {
  await from.publishAsync(topic, payload, { qos: 1 }).catch(() => {})
  const fence = `devices/fence/${Math.random()}`
  await solar.publishAsync(fence, '')
  await eventually(() => expect(heard).toContain(fence))
  return heard.includes(topic)
}

/** Commands of mosquitto's dynamic security, as the solar service gives them. */
async function command(...commands: Record<string, unknown>[]): Promise<void> {
  const answer = new Promise<string>(resolve => {
    solar.on('message', (topic, payload) => topic.startsWith('$CONTROL') && resolve(payload.toString()))
  })
  await solar.subscribeAsync('$CONTROL/dynamic-security/v1/response')
  await solar.publishAsync('$CONTROL/dynamic-security/v1', JSON.stringify({ commands }))
  expect(await answer).not.toContain('error')
}

beforeAll(async () => {
  broker = await testMosquitto(['11', '12'])
  solar = await enter(broker.url)
  solar.on('message', topic => void heard.push(topic))
  await solar.subscribeAsync('devices/#', { qos: 1 })
})
afterAll(async () => {
  await Promise.all(open.map(client => client.endAsync(true).catch(() => {})))
  await broker.stop()
})

test('a device is heard under its own topic', async () => {
  const device = await enter(broker.urlOf(11))
  expect(await arrives('devices/11/solar/power', device)).toBe(true)
})

test('a device is not heard under the topic of another, nor outside', async () => {
  const device = await enter(broker.urlOf(11))
  expect(await arrives('devices/12/solar/power', device)).toBe(false)
  expect(await arrives('devices/power', device)).toBe(false)
})

test('a device hears its own commands and none of another', async () => {
  const device = await enter(broker.urlOf(11))
  const told: string[] = []
  device.on('message', topic => void told.push(topic))
  await device.subscribeAsync('devices/11/#', { qos: 1 })
  await device.subscribeAsync(['devices/12/#', '#'], { qos: 1 }).catch(() => {})
  await solar.publishAsync('devices/12/command', 'x', { qos: 1 })
  await solar.publishAsync('devices/11/command', 'x', { qos: 1 })
  await eventually(() => expect(told).toContain('devices/11/command'))
  expect(told).toEqual(['devices/11/command'])
})

test('nobody gets in anonymously, with a wrong password or under an unknown name', async () => {
  const at = `127.0.0.1:${broker.devicePort}`
  for (const url of [`mqtt://${at}`, broker.urlOf(11, 'wrong'), broker.urlOf(99)]) {
    await expect(enter(url), url).rejects.toThrow(/not authorized|Not authorized|Bad User/i)
  }
})

test('a device cannot take over the session of another by its client id', async () => {
  const victim = await enter(broker.urlOf(12), { clientId: 'victim' })
  await enter(broker.urlOf(11), { clientId: '12' })
  await enter(broker.urlOf(11), { clientId: 'victim' })
  expect(await arrives('devices/12/still/there', victim)).toBe(true)
  expect(victim.connected).toBe(true)
})

test('two replicas of solar stay connected at once', async () => {
  const [one, two] = [await enter(broker.url), await enter(broker.url)]
  await Promise.all([one.subscribeAsync('devices/#'), two.subscribeAsync('devices/#')])
  expect([one.connected, two.connected]).toEqual([true, true])
})

test('a device cannot give itself rights through the control topic', async () => {
  const device = await enter(broker.urlOf(11))
  const commands = [{ command: 'addClientRole', username: '11', rolename: 'admin' }]
  await device.publishAsync('$CONTROL/dynamic-security/v1', JSON.stringify({ commands }), { qos: 1 }).catch(() => {})
  expect(await arrives('devices/12/after/attack', device)).toBe(false)
})

test('a message of a hundred kilobytes is not taken, and the broker lives on', async () => {
  const device = await enter(broker.urlOf(12))
  void device.publishAsync('devices/12/huge', Buffer.alloc(100_000, 65), { qos: 1 }).catch(() => {})
  await eventually(() => expect(device.connected).toBe(false))
  expect(await arrives('devices/11/next', await enter(broker.urlOf(11)))).toBe(true)
  expect(heard).not.toContain('devices/12/huge')
})

test('a device that solar makes while the broker runs may enter at once, and after a restart', async () => {
  const acls = ['publishClientSend', 'publishClientReceive', 'subscribePattern'].map(acltype => ({
    acltype,
    topic: 'devices/13/#',
    priority: 0,
    allow: true,
  }))
  await command(
    { command: 'createRole', rolename: 'device-13', acls },
    { command: 'createClient', username: '13', password: 'fresh', roles: [{ rolename: 'device-13' }] },
  )
  expect(await arrives('devices/13/hello', await enter(broker.urlOf(13, 'fresh')))).toBe(true)
  await broker.restart()
  await enter(broker.urlOf(13, 'fresh'))
})
