import { eventually } from '@sahary/testing/eventually'
import { expect } from 'vitest'
import type { Damage } from './damage.ts'
import { faultsIn, hearingsIn, openBooks } from './oracle.ts'

/** Waits until every event has arrived everywhere and every book balances. */
export async function expectSound(postgresUrl: string): Promise<void> {
  const books = openBooks(postgresUrl)
  try {
    const sound = async () => expect(await faultsIn(books)).toEqual([])
    await eventually(sound, { withinMs: 180_000, everyMs: 500 })
  } finally {
    await books.end()
  }
}

/** Who must have heard of what by the end of a scene: a hearer whose inbox is empty would have nothing missing. */
const heardByAll = [
  'metering vm.started',
  'metering vm.metered',
  'metering energy.slot_closed',
  'billing usage.recorded',
  'billing repair.submitted',
  'notification vm.started',
  'notification user.registered',
  'notification repair.submitted',
  'solar vm.started',
  'solar device.registered',
]

/** Sees that every service has heard what it lives from; gives how many events were heard in all. */
export async function expectHeard(postgresUrl: string): Promise<number> {
  const books = openBooks(postgresUrl)
  try {
    const hearings = (await hearingsIn(books)).filter(({ said }) => said > 0)
    const heard = hearings.map(({ hearer, type }) => `${hearer} ${type}`)
    expect(heard).toEqual(expect.arrayContaining(heardByAll))
    return hearings.reduce((sum, { said }) => sum + said, 0)
  } finally {
    await books.end()
  }
}

/** Sees that the oracle speaks of harm that is done to the books, past every constraint and trigger that forbids it. */
export async function expectSeen(postgresUrl: string, { harm, seen }: Damage): Promise<void> {
  const books = openBooks(postgresUrl)
  const client = await books.connect()
  try {
    // Never committed.
    await client.query('begin')
    await client.query('set local session_replication_role = replica')
    expect((await client.query(harm)).rowCount).toBe(1)
    expect(await faultsIn(client)).toContainEqual(expect.stringMatching(seen))
  } finally {
    await client.query('rollback')
    client.release()
    await books.end()
  }
}
