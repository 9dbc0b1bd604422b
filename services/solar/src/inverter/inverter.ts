import { invalidField } from '@sahary/contracts/refusal'
import { z } from 'zod'
import { type DeviceSettings, type Measure, measures } from '../format/format.ts'
import { formats, type Vendor, vendors } from '../format/formats.ts'

/** What an operator says about a device that speaks to us: an inverter, a gateway, a hybrid. */
export const NewInverter = z.strictObject({
  vendor: z.enum(vendors),
  name: z
    .string()
    .max(100)
    .regex(/^\S(.*\S)?$/),
  serial: z.string().min(1).max(64),
  ratedW: z.int().min(1).max(50_000_000),
  /** What it contributes to its site's balance; the vendor's usual set unless told. */
  measures: z.array(z.enum(measures)).min(1).max(measures.length).optional(),
  /** `firmware` where a version changes a meaning; `loadMeter` names the device behind it that counts the whole load. */
  settings: z
    .strictObject({
      firmware: z.string().max(40).optional(),
      loadMeter: z
        .string()
        .regex(/^[a-z]+\/\d{1,5}$/)
        .optional(),
    })
    .optional(),
})
export type NewInverter = z.infer<typeof NewInverter>

export type Inverter = {
  inverterId: number
  siteId: number
  vendor: Vendor
  name: string
  serial: string
  ratedW: number
  measures: Measure[]
  settings: DeviceSettings
  deviceId: number | null
  credentialVersion: number
  /** False until the broker knows the password. */
  credentialReady: boolean
  createdAt: Date
}

export type InverterFields = Pick<Inverter, 'vendor' | 'name' | 'serial' | 'ratedW' | 'measures' | 'settings'>

/** A new device's fields; its serial must look like the vendor's. */
export function newInverter(body: NewInverter): InverterFields {
  const format = formats[body.vendor]
  if (!format.serial.test(body.serial)) {
    throw invalidField('serial', 'serial_format', { expected: format.serialHint })
  }
  return {
    vendor: body.vendor,
    name: body.name,
    serial: body.serial,
    ratedW: body.ratedW,
    measures: [...new Set(body.measures ?? format.measures)],
    settings: body.settings ?? {},
  }
}
