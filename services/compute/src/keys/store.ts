import type { Tx } from '@sahary/db/connect'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import type { SshKey } from './ssh-key.ts'

export type StoredKey = SshKey & { id: number; name: string; createdAt: Date }

const columns = ['id', 'name', 'public_key', 'fingerprint', 'created_at'] as const
type Row = { id: bigint; name: string; public_key: string; fingerprint: string; created_at: Date }
const fromRow = (row: Row): StoredKey => ({
  id: Number(row.id),
  name: row.name,
  publicKey: row.public_key,
  fingerprint: row.fingerprint,
  createdAt: row.created_at,
})

export async function insertKey(
  tx: Tx<Database>,
  key: SshKey & { accountId: number; name: string; createdAt: Date },
): Promise<StoredKey> {
  const row = await tx
    .insertInto('ssh_key')
    .values({
      account_id: key.accountId,
      name: key.name,
      public_key: key.publicKey,
      fingerprint: key.fingerprint,
      created_at: key.createdAt,
    })
    .returning(columns)
    .executeTakeFirstOrThrow()
  return fromRow(row)
}

/** A page of an account's keys, oldest first, one more than `limit`. */
export async function listKeys(
  db: Kysely<Database>,
  accountId: number,
  limit: number,
  after = 0,
): Promise<StoredKey[]> {
  const rows = await db
    .selectFrom('ssh_key')
    .select(columns)
    .where('account_id', '=', BigInt(accountId))
    .where('id', '>', BigInt(after))
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  return rows.map(fromRow)
}

/** Those of `ids` that are the account's own. */
export async function findKeys(db: Kysely<Database>, accountId: number, ids: readonly number[]): Promise<StoredKey[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('ssh_key')
    .select(columns)
    .where('account_id', '=', BigInt(accountId))
    .where('id', 'in', ids.map(BigInt))
    .orderBy('id')
    .execute()
  return rows.map(fromRow)
}

/** Removes a key from the list; VMs that were made with it keep it. Gives the name it had, or null when it is not there. */
export async function deleteKey(tx: Tx<Database>, accountId: number, id: number): Promise<string | null> {
  const row = await tx
    .deleteFrom('ssh_key')
    .where('account_id', '=', BigInt(accountId))
    .where('id', '=', BigInt(id))
    .returning('name')
    .executeTakeFirst()
  return row?.name ?? null
}

/** Notes the keys that a VM gets at its first start, as they are now. */
export async function giveKeys(tx: Tx<Database>, vmId: number, keys: readonly StoredKey[]): Promise<void> {
  await tx
    .insertInto('vm_ssh_key')
    .values(keys.map((key, position) => ({ vm_id: vmId, position, ssh_key_id: key.id, public_key: key.publicKey })))
    .execute()
}

/** The lines of a VM's `authorized_keys`. */
export async function keysOfVm(db: Kysely<Database>, vmId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('vm_ssh_key')
    .select('public_key')
    .where('vm_id', '=', BigInt(vmId))
    .orderBy('position')
    .execute()
  return rows.map(row => row.public_key)
}
