/** A place on earth in degrees; north and east are positive. */
export type Place = { lat: number; lon: number }

/** Where the sun stands: degrees above the horizon (refraction included) and degrees clockwise from north. */
export type SunPosition = { elevationDeg: number; geometricElevationDeg: number; azimuthDeg: number }

const rad = Math.PI / 180
const sin = (degrees: number): number => Math.sin(degrees * rad)
const cos = (degrees: number): number => Math.cos(degrees * rad)
const tan = (degrees: number): number => Math.tan(degrees * rad)
const clampedAcos = (cosine: number): number => Math.acos(Math.min(1, Math.max(-1, cosine))) / rad
const wrap = (degrees: number): number => ((degrees % 360) + 360) % 360

/** Julian day of an instant (2000-01-01T12:00Z is 2451545). */
export const julianDay = (at: Date): number => at.getTime() / 86_400_000 + 2_440_587.5

/** Apparent declination (degrees) and equation of time (minutes), after NOAA's solar calculator. */
function apparentSun(at: Date): { declinationDeg: number; equationOfTimeMin: number } {
  const t = (julianDay(at) - 2_451_545) / 36_525
  const meanLongitude = wrap(280.46646 + t * (36_000.76983 + t * 0.0003032))
  const meanAnomaly = 357.52911 + t * (35_999.05029 - 0.0001537 * t)
  const eccentricity = 0.016708634 - t * (0.000042037 + 0.0000001267 * t)
  const centre =
    sin(meanAnomaly) * (1.914602 - t * (0.004817 + 0.000014 * t)) +
    sin(2 * meanAnomaly) * (0.019993 - 0.000101 * t) +
    sin(3 * meanAnomaly) * 0.000289
  const node = 125.04 - 1934.136 * t
  const apparentLongitude = meanLongitude + centre - 0.00569 - 0.00478 * sin(node)
  const obliquity = 23 + (26 + (21.448 - t * (46.815 + t * (0.00059 - t * 0.001813))) / 60) / 60 + 0.00256 * cos(node)
  const y = tan(obliquity / 2) ** 2
  const equation =
    y * sin(2 * meanLongitude) -
    2 * eccentricity * sin(meanAnomaly) +
    4 * eccentricity * y * sin(meanAnomaly) * cos(2 * meanLongitude) -
    0.5 * y * y * sin(4 * meanLongitude) -
    1.25 * eccentricity * eccentricity * sin(2 * meanAnomaly)
  return {
    declinationDeg: Math.asin(sin(obliquity) * sin(apparentLongitude)) / rad,
    equationOfTimeMin: (4 * equation) / rad,
  }
}

/** Bending of light near the horizon in degrees, NOAA's approximation for a standard atmosphere. */
function refractionDeg(elevation: number): number {
  if (elevation > 85) return 0
  const t = tan(elevation)
  if (elevation > 5) return (58.1 / t - 0.07 / t ** 3 + 0.000086 / t ** 5) / 3600
  if (elevation > -0.575) {
    return (1735 + elevation * (-518.2 + elevation * (103.4 + elevation * (-12.79 + elevation * 0.711)))) / 3600
  }
  return -20.772 / t / 3600
}

/** Position of the sun seen from `place` at `at`; an invalid date gives NaN. */
export function sunPosition(at: Date, place: Place): SunPosition {
  const { declinationDeg, equationOfTimeMin } = apparentSun(at)
  const utcMinutes = (((at.getTime() % 86_400_000) + 86_400_000) % 86_400_000) / 60_000
  const hourAngle = wrap((utcMinutes + equationOfTimeMin + 4 * place.lon) / 4 - 180 + 180) - 180
  const zenith = clampedAcos(
    sin(place.lat) * sin(declinationDeg) + cos(place.lat) * cos(declinationDeg) * cos(hourAngle),
  )
  const fromNorth = clampedAcos(
    (sin(place.lat) * cos(zenith) - sin(declinationDeg)) / (cos(place.lat) * Math.max(sin(zenith), 1e-12)),
  )
  const geometricElevationDeg = 90 - zenith
  return {
    elevationDeg: geometricElevationDeg + refractionDeg(geometricElevationDeg),
    geometricElevationDeg,
    azimuthDeg: hourAngle > 0 ? wrap(fromNorth + 180) : wrap(540 - fromNorth),
  }
}
