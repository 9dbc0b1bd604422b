import type { Clock } from '@sahary/clock/clock'
import { startJob } from '@sahary/clock/job'
import type { Logger } from '@sahary/observability/log'
import { type Connection, connectDevice } from './device.ts'
import type { Message } from './message.ts'
import { opendtuMessages } from './opendtu.ts'
import { firstRoof, type Override, type Roof, walk } from './roof.ts'
import type { DeviceScenario, Scenario } from './scenario.ts'
import { victronMessages } from './victron.ts'

export type SiteOptions = {
  scenario: Scenario
  /** One per device of the scenario, in its order. */
  connections: readonly Connection[]
  clock: Clock
  logger: Logger
  /** How many virtual processors run on the site now; none unless told. */
  vcpus?: () => Promise<number>
  /** Real milliseconds between two readings. */
  everyMs?: number
  /** The roof as it was when the process ended last. */
  from?: Roof
}

export type Site = {
  /** Holds these values until the next call; `{}` gives the weather its way again. */
  override: (override: Override) => void
  now: () => Roof
  stop: () => Promise<void>
}

/** Servers come and go slowly, compared with readings. */
const askEveryMs = 2000

/** Lets a roof live: each turn it is stepped to the business clock and every inverter says what it sees. */
export function openSite(options: SiteOptions): Site {
  const { scenario, connections, clock, logger, vcpus, everyMs = 250 } = options
  const devices = connections.map((connection, index) => {
    const { vendor, serial } = scenario.devices[index]!
    return connectDevice(connection, vendor === 'victron' ? { keepalive: `R/${serial}/keepalive`, logger } : { logger })
  })
  let roof = options.from ?? firstRoof(scenario, clock.now())
  let override: Override = {}
  let running = 0
  let askedAt = Number.NEGATIVE_INFINITY
  const turn = async (): Promise<void> => {
    if (vcpus && performance.now() - askedAt > askEveryMs) {
      askedAt = performance.now()
      running = await vcpus()
    }
    roof = walk(roof, scenario, { at: clock.now(), vcpus: running, override })
    for (const [index, device] of devices.entries())
      device.say(messagesOf(scenario.devices[index]!, { roof, scenario, index }))
  }
  const job = startJob({ name: `site ${scenario.siteId}`, everyMs, run: turn, logger })
  return {
    override: next => {
      override = next
    },
    now: () => roof,
    stop: async () => {
      await job.stop()
      await Promise.all(devices.map(device => device.stop()))
    },
  }
}

function messagesOf(
  device: DeviceScenario,
  { roof, scenario, index }: { roof: Roof; scenario: Scenario; index: number },
): Message[] {
  return device.vendor === 'opendtu'
    ? opendtuMessages(device, roof, { scenario, index })
    : victronMessages(device, roof, { scenario, index })
}
