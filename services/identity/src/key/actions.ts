import { randomBytes, randomUUID } from 'node:crypto'
import type { Principal } from '@sahary/auth/principal'
import { createSigner, type Signer } from '@sahary/auth/sign'
import { type Verify, verifyWith } from '@sahary/auth/verify'
import { Refusal } from '@sahary/contracts/refusal'
import type { Tx } from '@sahary/db/connect'
import { advisoryLock } from '@sahary/db/lock'
import { transaction } from '@sahary/db/transaction'
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWK } from 'jose'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import { planKeys, seal, signingAt, unseal } from './key.ts'
import { allKeys, deleteKeys, insertKey, type StoredKey } from './store.ts'

/** The keys in use: they sign access tokens, are published, and verify what they signed. */
export type Keys = {
  sign(principal: Principal): Promise<string>
  published(): JWK[]
  verify: Verify
  /** Makes, drops and reads keys as the plan says; run at start and by the job. */
  keep(): Promise<void>
}

export type KeyOptions = { secret: string; issuer: string; audience: string; now: () => Date }

/** Opens the keys; `keep` must have run once before they sign. */
export function openKeys(db: Kysely<Database>, { secret, issuer, audience, now }: KeyOptions): Keys {
  let keys: StoredKey[] = []
  let getKey = createLocalJWKSet({ keys: [] })
  const signers = new Map<string, Signer>()
  const signerOf = (key: StoredKey): Signer => {
    const known = signers.get(key.kid)
    if (known) return known
    const privateJwk = { ...(JSON.parse(unseal(secret, key.sealedPrivate)) as JWK), kid: key.kid }
    const made = createSigner(privateJwk, { issuer, audience })
    signers.set(key.kid, made)
    return made
  }
  const published = () => keys.map(key => ({ ...key.publicJwk, kid: key.kid, alg: 'EdDSA', use: 'sig' }))
  return {
    sign: async principal => {
      const key = signingAt(keys, now())
      if (!key) throw new Refusal('dependency_down', { retryAfterS: 2 })
      return signerOf(key)(principal)
    },
    published,
    verify: token => verifyWith(getKey, { issuer, audience }, token),
    keep: async () => {
      keys = await transaction(db, tx => keepKeys(tx, secret, now()))
      getKey = createLocalJWKSet({ keys: published() })
    },
  }
}

/** Brings the table of keys to what the plan asks for; replicas take turns, so that one key is made and not two. */
export async function keepKeys(tx: Tx<Database>, secret: string, now: Date): Promise<StoredKey[]> {
  await advisoryLock(tx, 'signing keys')
  const plan = planKeys(await allKeys(tx), now)
  if (plan.make) await insertKey(tx, await makeKey(secret, plan.make))
  await deleteKeys(tx, plan.drop)
  return allKeys(tx)
}

async function makeKey(secret: string, signsFrom: Date): Promise<StoredKey> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const privateJwk = await exportJWK(pair.privateKey)
  return {
    kid: randomUUID(),
    publicJwk: await exportJWK(pair.publicKey),
    sealedPrivate: seal(secret, randomBytes(12), JSON.stringify(privateJwk)),
    signsFrom,
  }
}
