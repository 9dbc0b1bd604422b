import { fixedClock } from '@sahary/clock/clock'
import { createLogger } from '@sahary/observability/log'
import { eventually } from '@sahary/testing/eventually'
import { type TestMosquitto, testMosquitto } from '@sahary/testing/mosquitto'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import cairo from '../scenarios/cairo-roof.json' with { type: 'json' }
import { Scenario } from '../src/scenario.ts'
import { openSite, type Site } from '../src/site.ts'

const scenario = Scenario.parse(cairo)
const logger = createLogger({ service: 'simulator', level: 'silent' })
const clock = fixedClock('2026-06-21T10:00:00Z')
let broker: TestMosquitto
let listener: MqttClient
let site: Site
let heard: { topic: string; text: string; retain: boolean }[] = []

beforeAll(async () => {
  broker = await testMosquitto([1, 2])
  listener = await connectAsync(broker.url, { protocolVersion: 5 })
  listener.on('message', (topic, payload, packet) =>
    heard.push({ topic, text: payload.toString(), retain: packet.retain }),
  )
  await listener.subscribeAsync('devices/#', { qos: 1 })
})
afterAll(async () => {
  await listener.endAsync(true)
  await broker.stop()
})
beforeEach(() => {
  heard = []
  clock.set('2026-06-21T10:00:00Z')
  const connections = [1, 2].map(id => {
    const { username, password } = new URL(broker.urlOf(id))
    return { url: `mqtt://127.0.0.1:${broker.devicePort}`, username, password, topicPrefix: `devices/${id}/` }
  })
  site = openSite({ scenario, connections, clock, logger, everyMs: 50 })
})
afterEach(() => site.stop())

const last = (topic: string): string | undefined => heard.findLast(one => one.topic === topic)?.text
const power = 'devices/1/solar/116180001234/0/power'
const soc = 'devices/2/N/c0619ab1cafe/system/0/Dc/Battery/Soc'
/** Asks a Victron to speak, again and again as solar does: it may not have been listening yet. */
const woken = (check: () => void) =>
  eventually(
    async () => {
      await listener.publishAsync('devices/2/R/c0619ab1cafe/keepalive', '')
      check()
    },
    { everyMs: 100 },
  )

test('an OpenDTU speaks by itself, a Victron only when it is asked, and nothing is retained', async () => {
  await eventually(() => expect(Number(last(power))).toBeGreaterThan(500))
  expect(last(soc)).toBeUndefined()
  await woken(() => expect(JSON.parse(last(soc) ?? 'null')?.value).toBeCloseTo(62, 0))
  expect(heard.some(one => one.retain)).toBe(false)
})

test('what a test overrides is what both inverters say, until it lets go', async () => {
  site.override({ pvW: 0, chargePercent: 28 })
  await woken(() => {
    expect(last(power)).toBe('0.0')
    expect(JSON.parse(last(soc) ?? 'null')?.value).toBeCloseTo(28, 1)
  })
  expect(last('devices/1/solar/116180001234/status/reachable')).toBe('1')
  site.override({})
  await eventually(() => expect(Number(last(power))).toBeGreaterThan(500))
})

test('at night the micro-inverters are unreachable and say no more than that', async () => {
  clock.set('2026-06-21T22:00:00Z')
  heard = []
  await eventually(() => expect(last('devices/1/solar/116180001234/status/reachable')).toBe('0'))
  heard = []
  await eventually(() => expect(heard.length).toBeGreaterThan(6))
  expect(heard.some(one => one.topic === power)).toBe(false)
})

test('a broker that restarts is found again', async () => {
  await eventually(() => expect(last(power)).toBeDefined())
  await broker.restart()
  await eventually(async () => {
    heard = []
    await eventually(() => expect(last(power)).toBeDefined(), { withinMs: 500 })
  })
})
