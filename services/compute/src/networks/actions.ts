import { Refusal } from '@sahary/contracts/refusal'
import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import {
  insertNetwork,
  lockEmptyNetworks,
  lockNetworks,
  lockSubnets,
  releaseNetworks,
  takenAddresses,
} from './store.ts'
import { freeAddress, freeSubnet } from './subnet.ts'

export type Seat = { networkId: number; address: string }

/** Finds an address for a VM in one of its account's networks on the host; a full one is followed by another. */
export async function takeAddress(tx: Tx<Database>, accountId: number, hostId: number, pool: string): Promise<Seat> {
  for (const network of await lockNetworks(tx, accountId, hostId)) {
    const address = freeAddress(network.subnet, await takenAddresses(tx, network.id))
    if (address !== null) return { networkId: network.id, address }
  }
  const subnet = freeSubnet(pool, await lockSubnets(tx))
  const address = subnet === null ? null : freeAddress(subnet, [])
  if (subnet === null || address === null) throw new Refusal('network_pool_empty')
  const network = await insertNetwork(tx, accountId, hostId, subnet)
  return { networkId: network.id, address }
}

/** Releases the networks of a host in which no VM lives any more. */
export async function releaseEmpty(tx: Tx<Database>, hostId: number): Promise<void> {
  const ids = await lockEmptyNetworks(tx, hostId)
  if (ids.length > 0) await releaseNetworks(tx, ids)
}
