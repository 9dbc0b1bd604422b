import type { Tx } from '@sahary/db/connect'
import { advisoryLock } from '@sahary/db/lock'
import { type Kysely, type SqlBool, sql } from 'kysely'
import type { Database } from '../app.ts'

export type Network = { id: number; subnet: string }

/** An account's networks on a host, oldest first; nobody else gives their addresses away until the transaction ends. */
export async function lockNetworks(tx: Tx<Database>, accountId: number, hostId: number): Promise<Network[]> {
  const rows = await tx
    .selectFrom('network')
    .select(['id', 'subnet'])
    .where('account_id', '=', BigInt(accountId))
    .where('host_id', '=', BigInt(hostId))
    .where('released_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map(row => ({ id: Number(row.id), subnet: row.subnet }))
}

/** Addresses of a network that living VMs hold. */
export async function takenAddresses(tx: Tx<Database>, networkId: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('vm')
    .select('address')
    .where('network_id', '=', BigInt(networkId))
    .where('deleted_at', 'is', null)
    .execute()
  return rows.map(row => row.address)
}

/** Every subnet that an engine may have; nobody else gives one away until the transaction ends. */
export async function lockSubnets(tx: Tx<Database>): Promise<string[]> {
  await advisoryLock(tx, 'subnets')
  const rows = await tx
    .selectFrom('network')
    .select(sql<string>`subnet::text`.as('subnet'))
    .where('removed_at', 'is', null)
    .execute()
  return rows.map(row => row.subnet)
}

export async function insertNetwork(
  tx: Tx<Database>,
  accountId: number,
  hostId: number,
  subnet: string,
): Promise<Network> {
  const row = await tx
    .insertInto('network')
    .values({ account_id: accountId, host_id: hostId, subnet })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { id: Number(row.id), subnet }
}

/** The subnet of a network. */
export async function subnetOf(tx: Pick<Tx<Database>, 'selectFrom'>, networkId: number): Promise<string> {
  const row = await tx
    .selectFrom('network')
    .select('subnet')
    .where('id', '=', BigInt(networkId))
    .executeTakeFirstOrThrow()
  return row.subnet
}

const empty = sql<SqlBool>`not exists (select from vm where vm.network_id = network.id and vm.deleted_at is null)`

/** Networks of a host in which no VM lives; nobody is placed in them until the transaction ends. */
export async function lockEmptyNetworks(tx: Tx<Database>, hostId: number): Promise<bigint[]> {
  const candidates = await tx
    .selectFrom('network')
    .select('id')
    .where('host_id', '=', BigInt(hostId))
    .where('released_at', 'is', null)
    .where(empty)
    .forUpdate()
    .skipLocked()
    .execute()
  if (candidates.length === 0) return []
  // Locked first and looked at then: somebody may have moved in just before the lock.
  const ids = candidates.map(({ id }) => id)
  const rows = await tx.selectFrom('network').select('id').where('id', 'in', ids).where(empty).execute()
  return rows.map(({ id }) => id)
}

/** Nobody is placed in these any more. */
export async function releaseNetworks(tx: Tx<Database>, ids: readonly bigint[]): Promise<void> {
  await tx.updateTable('network').set({ released_at: sql`now()` }).where('id', 'in', ids).execute()
}

/** Networks of a host that are to be taken from its engine. */
export async function releasedNetworks(db: Kysely<Database>, hostId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('network')
    .select('id')
    .where('host_id', '=', BigInt(hostId))
    .where('released_at', 'is not', null)
    .where('removed_at', 'is', null)
    .execute()
  return rows.map(({ id }) => Number(id))
}

/** The engine has it no more: its subnet is free. */
export async function markRemoved(db: Kysely<Database>, id: number): Promise<void> {
  await db.updateTable('network').set({ removed_at: sql`now()` }).where('id', '=', BigInt(id)).execute()
}
