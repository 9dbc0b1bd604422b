import type { SupplyClass } from '@sahary/contracts/ladder'
import type { Kysely, Selectable } from 'kysely'
import type { Database } from '../app.ts'
import type { Machine } from '../power/power.ts'
import type { Machine as MachineTable } from '../tables.ts'

/** What is known of a VM and by which of its events; the row stays locked. */
export async function lockMachine(
  db: Kysely<Database>,
  vmId: number,
): Promise<{ machine: Machine; sequence: number } | null> {
  const row = await db
    .selectFrom('machine')
    .selectAll()
    .where('vm_id', '=', BigInt(vmId))
    .forUpdate()
    .executeTakeFirst()
  return row ? { machine: fromRow(row), sequence: Number(row.sequence) } : null
}

/** Takes over a VM as it is after event number `sequence`, unless a newer one was heard before. */
export async function saveMachine(db: Kysely<Database>, machine: Machine, sequence: number): Promise<boolean> {
  const row = {
    account_id: machine.accountId,
    site_id: machine.siteId,
    name: machine.name,
    supply_class: machine.supplyClass,
    alive: machine.alive,
    shed: machine.shed,
    sequence,
  }
  const saved = await db
    .insertInto('machine')
    .values({ vm_id: machine.vmId, ...row })
    .onConflict(conflict => conflict.column('vm_id').doUpdateSet(row).where('machine.sequence', '<', BigInt(sequence)))
    .returning('vm_id')
    .executeTakeFirst()
  return saved !== undefined
}

/** The VMs of a site that run, or would if there were energy. */
export async function machinesAt(db: Kysely<Database>, siteId: number): Promise<Machine[]> {
  const rows = await db
    .selectFrom('machine')
    .selectAll()
    .where('site_id', '=', BigInt(siteId))
    .where(query => query.or([query('alive', '=', true), query('shed', '=', true)]))
    .execute()
  return rows.map(fromRow)
}

const fromRow = (row: Selectable<MachineTable>): Machine => ({
  vmId: Number(row.vm_id),
  accountId: Number(row.account_id),
  siteId: Number(row.site_id),
  name: row.name,
  supplyClass: row.supply_class as SupplyClass,
  alive: row.alive,
  shed: row.shed,
})
