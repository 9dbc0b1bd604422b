import { createLogger } from '@sahary/observability/log'
import { operator } from '@sahary/simulator/operator'
import { Scenario } from '@sahary/simulator/scenario'
import { openSite, type Site } from '@sahary/simulator/site'

/** A roof in the sun at the platform's first site: added by an operator, connected over MQTT with what they were shown. */
export async function openRoof(platform: {
  gatewayUrl: string
  admin: { identifier: string; password: string }
  mqttUrl: string
}): Promise<{ site: Site; scenario: Scenario; stop: () => Promise<void> }> {
  const logger = createLogger({ service: 'roof', level: 'silent' })
  const scenario = Scenario.parse({
    siteId: 1,
    place: { lat: 30.0444, lon: 31.2357 },
    airC: 24,
    cloudiness: 0,
    battery: {
      capacityWh: 10_000,
      chargePercent: 70,
      maxChargeW: 4000,
      maxDischargeW: 5000,
      efficiency: 0.95,
      reservePercent: 20,
      nominalV: 51.2,
    },
    load: { baseW: 150, perVcpuW: 30, swingW: 0, byHour: Array.from({ length: 24 }, () => 0) },
    grid: { available: false, mayExport: false },
    devices: [
      {
        vendor: 'opendtu',
        name: 'Micro-inverters',
        serial: '116180001234',
        ratedW: 1600,
        planes: [{ peakW: 1600, tiltDeg: 10, azimuthDeg: 180 }],
      },
      {
        vendor: 'victron',
        name: 'Battery room',
        serial: 'c0619ab1cafe',
        ratedW: 5000,
        planes: [{ peakW: 3000, tiltDeg: 25, azimuthDeg: 180 }],
      },
    ],
  })
  const person = operator({ url: platform.gatewayUrl, ...platform.admin, logger })
  const connections = await person.addInverters(scenario, platform.mqttUrl)
  const time = await person.followClock()
  const vcpus = () => person.runningVcpus(scenario.siteId).catch(() => 0)
  const site = openSite({ scenario, connections, clock: time.clock, logger, vcpus, everyMs: 250 })
  return {
    site,
    scenario,
    stop: async () => {
      await site.stop()
      await time.stop()
    },
  }
}
