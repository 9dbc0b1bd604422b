import { eventually } from '@sahary/testing/eventually'
import { expect } from 'vitest'
import { openOracle } from './oracle.ts'

/** Waits until every event has arrived everywhere, and sees that nothing was parked and every book balances. */
export async function expectSound(postgresUrl: string): Promise<void> {
  const oracle = openOracle(postgresUrl)
  try {
    const arrived = async () => {
      expect(await oracle.unpublished()).toBe(0)
      expect((await oracle.hearings()).filter(({ missing }) => missing > 0)).toEqual([])
    }
    await eventually(arrived, { withinMs: 120_000, everyMs: 500 })
    expect(await oracle.parked()).toEqual([])
    await eventually(async () => expect(await oracle.imbalances()).toEqual([]), { withinMs: 60_000, everyMs: 500 })
  } finally {
    await oracle.close()
  }
}
