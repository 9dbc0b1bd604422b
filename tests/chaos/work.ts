import { eventually } from '@sahary/testing/eventually'
import { expect } from 'vitest'
import { type Answer, type Caller, ok } from '../system/customer.ts'

type Vm = { status: string }
export type Work = {
  /** Serial numbers of the devices that were promised so far. */
  made: readonly string[]
  /** Runs `fault` while the work goes on, from a moment when it flows to one when it flows again. */
  during: (fault: () => Promise<void>) => Promise<void>
}

/** An answer after which the same request, with the same key, is worth another try. */
const isPassing = ({ status }: Answer): boolean => status >= 500 || status === 409 || status === 429

/** A customer who registers devices, ten a second at most, and stops and starts a server, whatever dies. */
export function workOf(customer: () => Caller, vmId: number): Work {
  const made: string[] = []
  const register = async () => {
    const serial = `S-${made.length + 1}`
    const device = { kind: 'inverter', brand: 'Deye', model: 'SUN', serial }
    const headers = { 'idempotency-key': serial }
    const next = Date.now() + 100
    const answer = await eventually(
      async () => {
        const answer = await customer().post('/api/customer/devices', device, headers)
        if (isPassing(answer)) ok(answer)
        return answer
      },
      { withinMs: 90_000, everyMs: 250 },
    )
    ok(answer, 201)
    made.push(serial)
    await eventually(() => expect(Date.now()).toBeGreaterThan(next))
  }
  const power = async () => {
    const status = async () => ok(await customer().get<Vm>(`/api/customer/vms/${vmId}`)).status
    const [verb, end] = (await status()) === 'off' ? ['start', 'running'] : ['stop', 'off']
    ok(await customer().post(`/api/customer/vms/${vmId}/${verb}`), 202)
    await eventually(async () => expect(await status()).toBe(end), { everyMs: 250 })
  }
  const until = async (over: AbortSignal, turn: () => Promise<void>): Promise<void> => {
    while (!over.aborted) await turn()
  }
  const flows = async () => {
    const goal = made.length + 3
    await eventually(() => expect(made.length).toBeGreaterThanOrEqual(goal), { withinMs: 100_000 })
  }
  return {
    made,
    during: async fault => {
      const over = new AbortController()
      const work = [
        until(over.signal, register),
        // Switching may fail while something is down: it is the customer's to try again.
        until(over.signal, () => power().catch(() => {})),
      ]
      const course = flows().then(fault).then(flows)
      try {
        await Promise.race([course, Promise.all(work)])
      } finally {
        over.abort()
        await Promise.all(work)
      }
    },
  }
}
