import { readFileSync } from 'node:fs'
import { startJob } from '@sahary/clock/job'
import { readConfig } from '@sahary/config/config'
import { createLogger } from '@sahary/observability/log'
import cairoRoof from '../scenarios/cairo-roof.json' with { type: 'json' }
import { recall, remember } from './book.ts'
import { configSchema } from './config.ts'
import { operator } from './operator.ts'
import { Scenario } from './scenario.ts'
import { openSite } from './site.ts'

const config = readConfig(configSchema, process.env)
const logger = createLogger({ service: 'simulator', level: config.LOG_LEVEL })
const scenario = Scenario.parse(config.SCENARIO ? JSON.parse(readFileSync(config.SCENARIO, 'utf8')) : cairoRoof)
const who = { identifier: config.FIRST_ADMIN_IDENTIFIER, password: config.FIRST_ADMIN_PASSWORD }
const person = operator({ url: config.GATEWAY_URL, ...who, logger })
const before = recall(config.SIMULATOR_BOOK)
const added = before?.connections ?? (await person.addInverters(scenario, config.MQTT_DEVICE_URL))
const connections = added.map(connection => ({ ...connection, url: config.MQTT_DEVICE_URL }))
const time = await person.followClock()
const site = openSite({
  scenario,
  connections,
  clock: time.clock,
  logger,
  vcpus: () => person.runningVcpus(scenario.siteId).catch(() => 0),
  ...(before?.roof ? { from: before.roof } : {}),
})
const note = async (): Promise<void> => remember(config.SIMULATOR_BOOK, { connections, roof: site.now() })
const notes = startJob({ name: 'notes', everyMs: 2_000, run: note, logger })

const stop = async (): Promise<void> => {
  await Promise.all([notes.stop(), site.stop(), time.stop()])
  await note()
  process.exit(0)
}
process.on('SIGTERM', () => void stop())
process.on('SIGINT', () => void stop())
logger.info({ site: scenario.siteId }, 'the simulated roof is up')
