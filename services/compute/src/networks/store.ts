import type { Tx } from '@sahary/db/connect'
import { advisoryLock } from '@sahary/db/lock'
import { sql } from 'kysely'
import type { Database } from '../app.ts'

export type Network = { id: number; subnet: string }

/** An account's networks on a host, oldest first; nobody else gives their addresses away until the transaction ends. */
export async function lockNetworks(tx: Tx<Database>, accountId: number, hostId: number): Promise<Network[]> {
  const rows = await tx
    .selectFrom('network')
    .select(['id', 'subnet'])
    .where('account_id', '=', BigInt(accountId))
    .where('host_id', '=', BigInt(hostId))
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

/** Every subnet given to anybody; nobody else gives one away until the transaction ends. */
export async function lockSubnets(tx: Tx<Database>): Promise<string[]> {
  await advisoryLock(tx, 'subnets')
  const rows = await tx.selectFrom('network').select(sql<string>`subnet::text`.as('subnet')).execute()
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
