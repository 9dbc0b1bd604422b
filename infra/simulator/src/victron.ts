import type { Message } from './message.ts'
import type { Roof } from './roof.ts'
import type { DeviceScenario, Scenario } from './scenario.ts'

/** Floats cross Victron's bus as float32, dust and all. */
const float32 = (value: number): number => Math.fround(value)

/**
 * What a Venus OS gateway says about a roof (dbus-flashmq): JSON values, the battery + when charging, energies in kWh.
 * Its panels come in through a charger; what other inverters feed is on its alternating-current side.
 */
export function victronMessages(
  device: DeviceScenario,
  roof: Roof,
  { scenario, index }: { scenario: Scenario; index: number },
): Message[] {
  const say = (path: string, value: number | null): Message => ({
    topic: `N/${device.serial}/${path}`,
    payload: JSON.stringify({ value: value === null ? null : float32(value) }),
  })
  const { battery, grid } = scenario
  const chargingW = -roof.batteryW
  const state = Math.abs(chargingW) < 1 ? 0 : chargingW > 0 ? 1 : 2
  const leftWh = (battery.capacityWh * roof.chargePercent) / 100
  return [
    say('system/0/Dc/Battery/Soc', roof.chargePercent),
    say('system/0/Dc/Battery/Power', chargingW),
    say('system/0/Dc/Battery/Current', chargingW / battery.nominalV),
    say('system/0/Dc/Battery/Voltage', battery.nominalV),
    say('system/0/Dc/Battery/State', state),
    say('system/0/Dc/Battery/TimeToGo', state === 2 ? (leftWh / roof.batteryW) * 3600 : null),
    say('system/0/Ac/Consumption/Total/Power', roof.loadW),
    say('system/0/Ac/Consumption/L1/Power', roof.loadW),
    ...(grid.available ? [say('system/0/Ac/Grid/L1/Power', roof.gridW)] : []),
    ...(device.planes.length > 0 ? [say('system/0/Dc/Pv/Power', roof.pvW[index] ?? 0)] : []),
    ...(device.planes.length > 0
      ? [say('solarcharger/278/Yield/System', (roof.produced[index]?.totalWh ?? 0) / 1000)]
      : []),
    say('acload/40/Ac/Energy/Forward', roof.usedWh / 1000),
    say('heartbeat', Math.floor(roof.at.getTime() / 1000)),
  ]
}

/** Seconds of real time after a keepalive in which a Venus OS gateway speaks. */
export const keepaliveS = 60
