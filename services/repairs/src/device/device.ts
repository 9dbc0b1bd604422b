import { Id, Instant } from '@sahary/contracts/fields'
import { DeviceKind } from '@sahary/contracts/repair'
import { z } from 'zod'

const Visible = z
  .string()
  .min(1)
  .max(80)
  .refine(text => /[\p{L}\p{N}]/u.test(text) && text === text.trim() && !/\p{Cc}/u.test(text), {
    params: { code: 'text_blank' },
  })
const Day = z.iso
  .date()
  .refine(day => day >= '1900-01-01' && day <= '2199-12-31', { params: { code: 'field_format' } })
  .describe('A calendar day of the years 1900 to 2199, such as 2026-11-20.')

type Dates = { purchasedOn: string | null; warrantyUntil: string | null }

/** What somebody says of a device of theirs. */
export const DeviceFields = {
  kind: DeviceKind,
  brand: Visible,
  model: Visible,
  serial: Visible,
  note: z.string().max(2000).nullable(),
  purchasedOn: Day.nullable(),
  warrantyUntil: Day.nullable(),
}
export const NewDevice = z
  .strictObject({
    ...DeviceFields,
    note: DeviceFields.note.default(null),
    purchasedOn: DeviceFields.purchasedOn.default(null),
    warrantyUntil: DeviceFields.warrantyUntil.default(null),
  })
  .refine(inOrder, { path: ['warrantyUntil'], params: { code: 'date_order' } })
export type NewDevice = z.infer<typeof NewDevice>

/** A change: what is absent stays; `version` is the one that was seen. */
export const DeviceChange = z
  .strictObject({ ...DeviceFields, version: z.int().positive() })
  .partial()
  .required({ version: true })
export type DeviceChange = z.infer<typeof DeviceChange>

export const Device = z.object({
  id: Id,
  accountId: Id,
  ...DeviceFields,
  version: z.int(),
  registeredAt: Instant,
  retiredAt: Instant.nullable(),
})
export type Device = z.infer<typeof Device>

/** Dates as ISO text compare as dates do. */
export function inOrder({ purchasedOn, warrantyUntil }: Dates): boolean {
  return purchasedOn === null || warrantyUntil === null || purchasedOn <= warrantyUntil
}

/** A device with a change applied. */
export const changed = (device: Device, { version: _seen, ...fields }: DeviceChange): NewDevice => ({
  kind: fields.kind ?? device.kind,
  brand: fields.brand ?? device.brand,
  model: fields.model ?? device.model,
  serial: fields.serial ?? device.serial,
  note: fields.note === undefined ? device.note : fields.note,
  purchasedOn: fields.purchasedOn === undefined ? device.purchasedOn : fields.purchasedOn,
  warrantyUntil: fields.warrantyUntil === undefined ? device.warrantyUntil : fields.warrantyUntil,
})
