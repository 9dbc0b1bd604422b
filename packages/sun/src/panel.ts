import { diffuseShare } from './clearsky.ts'
import type { SunPosition } from './position.ts'

/** PVWatts version 5: soiling, shading, mismatch, wiring, connections, light-induced, nameplate, availability. */
export const defaultLosses = 1 - 0.98 * 0.97 * 0.98 * 0.98 * 0.995 * 0.985 * 0.99 * 0.97

/** How a plane of panels lies: degrees from horizontal, and degrees clockwise from north that it faces. */
export type Plane = { tiltDeg: number; azimuthDeg: number }

const rad = Math.PI / 180

/** Irradiance on a plane in W/m² from the global horizontal one: direct by angle, diffuse isotropic, ground albedo 0.2. */
export function planeIrradiance(global: number, sun: SunPosition, plane: Plane): number {
  if (global <= 0 || plane.tiltDeg === 0) return Math.max(0, global)
  const sinElevation = Math.sin(sun.elevationDeg * rad)
  const cosIncidence =
    sinElevation * Math.cos(plane.tiltDeg * rad) +
    Math.cos(sun.elevationDeg * rad) *
      Math.sin(plane.tiltDeg * rad) *
      Math.cos((sun.azimuthDeg - plane.azimuthDeg) * rad)
  const diffuse = global * diffuseShare(global, sun.elevationDeg)
  // Below about 3° the direct light over the sine of the elevation has no meaning.
  const direct = sinElevation > 0.05 ? ((global - diffuse) / sinElevation) * Math.max(0, cosIncidence) : 0
  const cosTilt = Math.cos(plane.tiltDeg * rad)
  return direct + (diffuse * (1 + cosTilt)) / 2 + (global * 0.2 * (1 - cosTilt)) / 2
}

/** Temperature of a cell in °C from the air's and the irradiance: `Ta + G (NOCT − 20) / 800`. */
export const cellTemperature = (irradiance: number, airC: number, noctC = 45): number =>
  airC + (irradiance * (noctC - 20)) / 800

/** Direct-current watts of `peakW` of panels (PVWatts): `G/1000 · P · (1 + γ (T − 25))`, never negative. */
export const dcPower = (irradiance: number, cellC: number, peakW: number, gammaPerC = -0.0035): number =>
  Math.max(0, (irradiance / 1000) * peakW * (1 + gammaPerC * (cellC - 25)))

/**
 * Alternating-current watts of an inverter (PVWatts): efficiency by part load, clipped at `nominal · dcRatedW`.
 * `dcRatedW` is the direct-current power at which it gives its rating.
 */
export function acPower(dcW: number, dcRatedW: number, nominal = 0.96): number {
  const share = dcW / dcRatedW
  if (!(share > 0)) return 0
  const efficiency = (nominal / 0.9637) * (-0.0162 * share - 0.0059 / share + 0.9858)
  return Math.min(nominal * dcRatedW, Math.max(0, efficiency * dcW))
}
