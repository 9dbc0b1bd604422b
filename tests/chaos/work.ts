import { eventually } from '@sahary/testing/eventually'
import { expect } from 'vitest'
import { type Answer, allOf, type Caller, ok } from '../system/customer.ts'
import type { Scene } from './scene.ts'

export type Work = {
  /** Serial numbers of the devices that were promised so far; each has one repair. */
  made: readonly string[]
  /** How often the server was stopped or started as wished. */
  switched: () => number
  /** Runs `fault` while the work goes on, from a moment when it flows to one when it flows again. */
  during: (fault: () => Promise<void>) => Promise<void>
  /** Everything that was promised is there, once. */
  expectKept: () => Promise<void>
}

const complaint = (serial: string): string => `The inverter ${serial} hums at night.`

/** An answer after which the same request, with the same key, is worth another try. */
const isPassing = ({ status }: Answer): boolean => status >= 500 || status === 409 || status === 429

/** Asks for something that has to be made once, with one key, until it is. */
export async function insist<T>(customer: () => Caller, path: string, body: unknown, key: string): Promise<T> {
  const ask = async () => {
    const answer = await customer().post<T>(path, body, { 'idempotency-key': key })
    if (isPassing(answer)) ok(answer)
    return answer
  }
  return ok(await eventually(ask, { withinMs: 120_000, everyMs: 250 }), 201)
}

/** A customer who registers devices and has each repaired, at most ten a second, and stops and starts a server. */
export function workOf({ customer, vmId, status }: Pick<Scene, 'customer' | 'vmId' | 'status'>): Work {
  const made: string[] = []
  let switched = 0
  const register = async () => {
    const serial = `S-${made.length + 1}`
    const next = Date.now() + 100
    const device = { kind: 'inverter', brand: 'Deye', model: 'SUN', serial }
    const { id } = await insist<{ id: number }>(customer, '/api/customer/devices', device, serial)
    const repair = { deviceId: id, category: 'other', description: complaint(serial), submit: true }
    await insist(customer, '/api/customer/repairs', repair, `${serial}-repair`)
    made.push(serial)
    await eventually(() => expect(Date.now()).toBeGreaterThan(next))
  }
  const power = async () => {
    const [verb, end] = (await status()) === 'off' ? ['start', 'running'] : ['stop', 'off']
    ok(await customer().post(`/api/customer/vms/${vmId}/${verb}`), 202)
    await eventually(async () => expect(await status()).toBe(end), { everyMs: 250 })
    switched++
  }
  const flows = async () => {
    const goal = made.length + 3
    await eventually(() => expect(made.length).toBeGreaterThanOrEqual(goal), { withinMs: 130_000 })
  }
  return {
    made,
    switched: () => switched,
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
    expectKept: async () => {
      const devices = await allOf<{ serial: string }>(customer(), '/api/customer/devices')
      expect(devices.map(({ serial }) => serial).sort()).toEqual([...made].sort())
      const repairs = await allOf<{ description: string }>(customer(), '/api/customer/repairs')
      expect(repairs.map(({ description }) => description).sort()).toEqual(made.map(complaint).sort())
    },
  }
}

async function until(over: AbortSignal, turn: () => Promise<void>): Promise<void> {
  while (!over.aborted) await turn()
}
