import { eventually } from '@sahary/testing/eventually'
import { expect } from 'vitest'
import { ok } from '../system/customer.ts'
import { openBooks } from './oracle.ts'
import type { Scene } from './scene.ts'

/** A solar server in a dark hour. */
export type Shedding = {
  status: () => Promise<string>
  /** Empties the battery until the server was stopped for want of energy, then fills it until the server runs again. */
  darkness: () => Promise<void>
  /** While the clock runs: what compute said of the hour is what the customer is told and what metering counts. */
  expectKept: () => Promise<void>
}

type Change = { type: string; reason: string; at: Date }
type Seen = { status: string; statusReason: string | null }
/** Longer than everything may lie down at once. */
const patience = { withinMs: 240_000, everyMs: 250 }

export function sheddingOf({ customer, roof, platform }: Scene, vmId: number): Shedding {
  const seen = async () => ok(await customer().get<Seen>(`/api/customer/vms/${vmId}`))
  const book = async <T>(sql: string): Promise<T[]> => {
    const pool = openBooks(platform.servers.postgres.url)
    try {
      return (await pool.query(sql, [vmId])).rows
    } finally {
      await pool.end()
    }
  }
  const agree = async () => {
    const changes = await book<Change>(
      `select type, data->>'reason' as reason, occurred_at as at from compute.outbox
        where subject = $1::bigint::text and type in ('vm.started', 'vm.stopped') order by sequence`,
    )
    const shedMs = changes.flatMap(({ type, reason, at }, index) => {
      const back = changes[index + 1]
      return type === 'vm.stopped' && reason === 'energy' && back ? [Number(back.at) - Number(at)] : []
    })
    expect(shedMs.length).toBeGreaterThan(0)
    expect(changes.at(-1)!.type).toBe('vm.started')
    const [notices] = await book<{ count: string }>(
      `select count(*) from notification.notification
        where kind = 'vm_stopped' and link_type = 'vm' and link_id = $1::bigint`,
    )
    expect(Number(notices!.count)).toBe(changes.filter(({ type }) => type === 'vm.stopped').length)
    const [counted] = await book<{ shed: string }>(
      'select coalesce(sum(shed_seconds), 0) as shed from metering.usage where vm_id = $1::bigint',
    )
    expect(Number(counted!.shed) * 1000).toBeCloseTo(shedMs.reduce((sum, ms) => sum + ms, 0))
  }
  return {
    status: async () => (await seen()).status,
    darkness: async () => {
      roof.override({ pvW: 0, chargePercent: 28 })
      const off = async () => expect(await seen()).toMatchObject({ status: 'off', statusReason: 'energy' })
      await eventually(off, patience)
      roof.override({ chargePercent: 70 })
      await eventually(async () => expect((await seen()).status).toBe('running'), patience)
    },
    expectKept: () => eventually(agree, patience),
  }
}
