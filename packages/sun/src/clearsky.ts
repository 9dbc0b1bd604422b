/**
 * Global horizontal irradiance of a clear sky in W/m² for the sun's elevation in degrees, after Haurwitz:
 * `1098 · cos Z · exp(−0.059 / cos Z)`; 0 with the sun below the horizon.
 */
export function haurwitz(elevationDeg: number): number {
  const cosZenith = Math.sin((elevationDeg * Math.PI) / 180)
  return cosZenith > 0 ? 1098 * cosZenith * Math.exp(-0.059 / cosZenith) : 0
}

/** Share of diffuse light in `global` (0…1), after Erbs; the clearness index comes from the extraterrestrial light. */
export function diffuseShare(global: number, elevationDeg: number): number {
  const extraterrestrial = 1361 * Math.sin((elevationDeg * Math.PI) / 180)
  if (extraterrestrial <= 0) return 1
  const k = Math.min(1, global / extraterrestrial)
  if (k <= 0.22) return 1 - 0.09 * k
  if (k > 0.8) return 0.165
  return 0.9511 + k * (-0.1604 + k * (4.388 + k * (-16.638 + k * 12.336)))
}
