import { invalidField, Refusal } from '@sahary/contracts/refusal'
import { audit } from '@sahary/db/audit'
import type { Tx } from '@sahary/db/connect'
import { constraintOf } from '@sahary/db/fault'
import type { Database } from '../app.ts'
import type { Doer } from '../vms/doer.ts'
import { parseSshKey } from './ssh-key.ts'
import { deleteKey, insertKey, type StoredKey } from './store.ts'

/** Keeps a public key of the account under a name. */
export async function addKey(
  tx: Tx<Database>,
  by: Doer,
  body: { name: string; publicKey: string },
): Promise<StoredKey> {
  const parsed = parseSshKey(body.publicKey)
  if ('fault' in parsed) throw invalidField('publicKey', parsed.fault)
  const key = await insertKey(tx, { ...parsed, accountId: by.accountId, name: body.name, createdAt: by.at }).catch(
    fault => {
      const constraint = constraintOf(fault)
      if (constraint === 'ssh_key_name') throw new Refusal('ssh_key_name_taken', { cause: fault })
      if (constraint === 'ssh_key_fingerprint') throw new Refusal('ssh_key_taken', { cause: fault })
      throw fault
    },
  )
  const after = { name: key.name, fingerprint: key.fingerprint }
  await audit(tx, { ...by.audit, action: 'ssh_key.create', objectType: 'ssh_key', objectId: key.id, after })
  return key
}

/** Forgets a key. */
export async function removeKey(tx: Tx<Database>, by: Doer, id: number): Promise<void> {
  const name = await deleteKey(tx, by.accountId, id)
  if (name === null) throw new Refusal('not_found')
  await audit(tx, { ...by.audit, action: 'ssh_key.delete', objectType: 'ssh_key', objectId: id, before: { name } })
}
