import { eventually } from '@sahary/testing/eventually'
import { expect } from 'vitest'

/** Lets real time pass: something between two moments from now. */
export async function aWhile(leastMs: number, mostMs: number): Promise<void> {
  const next = Date.now() + leastMs + Math.random() * (mostMs - leastMs)
  await eventually(() => expect(Date.now()).toBeGreaterThan(next), { withinMs: mostMs * 2 })
}

/** Waits until a program says that it can serve. */
export const ready = (opsUrl: string): Promise<unknown> =>
  eventually(async () => expect((await fetch(`${opsUrl}/readyz`)).status).toBe(200), {
    withinMs: 60_000,
    everyMs: 250,
  })
