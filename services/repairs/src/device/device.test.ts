import { describe, expect, it } from 'vitest'
import { changed, type Device, DeviceChange, NewDevice } from './device.ts'

const fields = { kind: 'inverter', brand: 'Deye', model: 'SUN-8K', serial: 'INV-7F3A-0091' } as const
const device: Device = {
  id: 1,
  accountId: 7,
  ...fields,
  note: 'on the roof',
  purchasedOn: '2025-01-01',
  warrantyUntil: null,
  version: 3,
  registeredAt: '2026-11-20T10:00:00.000Z',
  retiredAt: null,
}

describe('a device', () => {
  it('needs a kind, a brand, a model and a serial number, and no more', () => {
    expect(NewDevice.parse(fields)).toEqual({ ...fields, note: null, purchasedOn: null, warrantyUntil: null })
  })

  it.each([
    [{ ...fields, serial: ' ' }],
    [{ ...fields, brand: ' Deye' }],
    [{ ...fields, model: '\u200f' }],
    [{ ...fields, serial: 'x'.repeat(81) }],
    [{ ...fields, kind: 'toaster' }],
    [{ ...fields, purchasedOn: '2026-02-30' }],
    [{ ...fields, purchasedOn: '2026-01-02', warrantyUntil: '2026-01-01' }],
    [{ ...fields, accountId: 9 }],
  ])('is not %j', wrong => {
    expect(NewDevice.safeParse(wrong).success).toBe(false)
  })

  it('changes in what was said, and null takes away', () => {
    expect(changed(device, { version: 3, note: null, model: 'SUN-12K' })).toEqual({
      ...fields,
      model: 'SUN-12K',
      note: null,
      purchasedOn: '2025-01-01',
      warrantyUntil: null,
    })
    expect(DeviceChange.safeParse({ note: 'x' }).success).toBe(false)
    expect(DeviceChange.safeParse({ version: 3, retiredAt: null }).success).toBe(false)
  })
})
