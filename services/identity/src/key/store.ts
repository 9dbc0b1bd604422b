import type { JWK } from 'jose'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'

export type StoredKey = { kid: string; publicJwk: JWK; sealedPrivate: Buffer; signsFrom: Date }

/** Every signing key there is. */
export async function allKeys(db: Kysely<Database>): Promise<StoredKey[]> {
  const rows = await db.selectFrom('signing_key').selectAll().orderBy('signs_from').execute()
  return rows.map(row => ({
    kid: row.kid,
    publicJwk: row.public_jwk as JWK,
    sealedPrivate: row.sealed_private,
    signsFrom: row.signs_from,
  }))
}

export async function insertKey(db: Kysely<Database>, key: StoredKey): Promise<void> {
  await db
    .insertInto('signing_key')
    .values({
      kid: key.kid,
      public_jwk: JSON.stringify(key.publicJwk),
      sealed_private: key.sealedPrivate,
      signs_from: key.signsFrom,
    })
    .execute()
}

export async function deleteKeys(db: Kysely<Database>, kids: readonly string[]): Promise<void> {
  if (kids.length > 0) await db.deleteFrom('signing_key').where('kid', 'in', kids).execute()
}
