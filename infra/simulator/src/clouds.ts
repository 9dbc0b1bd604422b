/**
 * Share of clear-sky light that comes through, 0.1…1, at an instant: a few slow waves with a phase that changes from
 * day to day, so that the same moment always has the same weather. `cloudiness` 0 is always 1.
 */
export function throughClouds(at: Date, cloudiness: number): number {
  const minutes = at.getTime() / 60_000
  const day = Math.floor(minutes / 1440)
  const waves = [
    { period: 190, weight: 0.5 },
    { period: 47, weight: 0.3 },
    { period: 11, weight: 0.2 },
  ]
  const cover = waves.reduce((sum, { period, weight }, index) => {
    const phase = ((day * (index + 3) * 7919) % 1000) / 1000
    return sum + weight * (0.5 + 0.5 * Math.sin(2 * Math.PI * (minutes / period + phase)))
  }, 0)
  return 1 - 0.9 * cloudiness * Math.max(0, cover * 1.6 - 0.6)
}
