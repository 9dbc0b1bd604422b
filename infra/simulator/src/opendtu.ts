import { sunPosition } from '@sahary/sun/position'
import type { Message } from './message.ts'
import type { Roof } from './roof.ts'
import type { DeviceScenario, Scenario } from './scenario.ts'

const fixed = (value: number, places: number): string => value.toFixed(places)
const inverterEfficiency = 0.95

/** Micro-inverters live on their panels' light: they start a little after sunrise and are gone a little before sunset. */
const wakesAtDeg = 2

/**
 * What OpenDTU says about inverter `index` of a roof: plain decimals, `yieldday` in Wh and `yieldtotal` in kWh
 * (OpenDTU-docs, mqtt_topics.md). At night the inverter is unreachable and its measurements are not published at all.
 */
export function opendtuMessages(
  device: DeviceScenario,
  roof: Roof,
  { scenario, index }: { scenario: Scenario; index: number },
): Message[] {
  const acW = roof.pvW[index] ?? 0
  const meter = roof.produced[index]!
  const topic = (field: string): string => `solar/${device.serial}/${field}`
  const awake = sunPosition(roof.at, scenario.place).elevationDeg >= wakesAtDeg
  const status = [
    { topic: topic('status/reachable'), payload: awake ? '1' : '0' },
    { topic: topic('status/producing'), payload: awake && acW >= 1 ? '1' : '0' },
    { topic: 'solar/dtu/status', payload: 'online' },
  ]
  if (!awake) return status
  return [
    ...status,
    { topic: topic('0/power'), payload: fixed(acW, 1) },
    { topic: topic('0/powerdc'), payload: fixed(acW / inverterEfficiency, 1) },
    { topic: topic('0/efficiency'), payload: fixed(inverterEfficiency * 100, 3) },
    { topic: topic('0/yieldday'), payload: fixed(meter.todayWh, 0) },
    { topic: topic('0/yieldtotal'), payload: fixed(meter.totalWh / 1000, 3) },
    { topic: topic('0/voltage'), payload: '230.0' },
    { topic: topic('0/frequency'), payload: '50.00' },
  ]
}
