import { z } from 'zod'

const Watts = z.number().min(0).max(50e6)

/** A plane of panels: watts at standard conditions, degrees from horizontal, degrees clockwise from north. */
const Plane = z.strictObject({
  peakW: Watts,
  tiltDeg: z.number().min(0).max(90),
  azimuthDeg: z.number().min(0).max(360),
})

const Device = z.strictObject({
  vendor: z.enum(['opendtu', 'victron']),
  name: z.string(),
  /** 12 hexadecimal digits: an inverter's serial, or a Victron's portal id. */
  serial: z.string().regex(/^[0-9a-f]{12}$/),
  ratedW: Watts,
  /** The panels that this device is fed by. */
  planes: z.array(Plane),
})

/** A roof as data. Powers in W, energies in Wh, temperatures in °C. */
export const Scenario = z.strictObject({
  siteId: z.int().positive(),
  place: z.strictObject({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) }),
  airC: z.number().min(-40).max(60),
  /** 0 is a clear sky; 1 lets clouds take up to nine tenths. */
  cloudiness: z.number().min(0).max(1),
  battery: z.strictObject({
    capacityWh: z.number().positive(),
    chargePercent: z.number().min(0).max(100),
    maxChargeW: Watts,
    maxDischargeW: Watts,
    /** Out over in. */
    efficiency: z.number().gt(0).max(1),
    /** Below this the inverter takes from the grid, if there is one. */
    reservePercent: z.number().min(0).max(100),
    nominalV: z.number().positive(),
  }),
  load: z.strictObject({
    /** What flows whether or not anything computes. */
    baseW: Watts,
    /** What each running virtual processor adds. */
    perVcpuW: Watts,
    /** Twenty-four shares of `swingW`, one per hour of local solar time. */
    swingW: Watts,
    byHour: z.array(z.number().min(0).max(1)).length(24),
  }),
  grid: z.strictObject({ available: z.boolean(), mayExport: z.boolean() }),
  devices: z.array(Device).min(1),
})
export type Scenario = z.infer<typeof Scenario>
export type Plane = z.infer<typeof Plane>
export type DeviceScenario = Scenario['devices'][number]
