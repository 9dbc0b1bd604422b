import type { EventData } from '@sahary/contracts/events'
import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'

/** Keeps what repairs says of a device. */
export async function keepDevice(
  tx: Tx<Database>,
  device: EventData<'device.registered'>,
  retired: boolean,
): Promise<void> {
  const { deviceId, accountId, kind, brand, model, serial } = device
  const row = { account_id: accountId, kind, brand, model, serial, retired }
  await tx
    .insertInto('known_device')
    .values({ device_id: deviceId, ...row })
    .onConflict(conflict => conflict.column('device_id').doUpdateSet(row))
    .execute()
}

/** The registered device with this serial, or null; the first where a serial was typed twice. */
export async function deviceWithSerial(tx: Tx<Database>, serial: string): Promise<number | null> {
  const row = await tx
    .selectFrom('known_device')
    .select('device_id')
    .where(eb => eb(eb.fn('lower', ['serial']), '=', serial.toLowerCase()))
    .where('retired', '=', false)
    .orderBy('device_id')
    .limit(1)
    .executeTakeFirst()
  return row ? Number(row.device_id) : null
}
