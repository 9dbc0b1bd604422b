import type { Locale } from '@sahary/contracts/fields'
import type { Tx } from '@sahary/db/connect'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'

export type StoredDocument = { path: string; sha256: string; bytes: number }

export async function findDocument(
  db: Kysely<Database>,
  invoiceId: number,
  locale: Locale,
): Promise<StoredDocument | undefined> {
  return db
    .selectFrom('document')
    .select(['path', 'sha256', 'bytes'])
    .where('invoice_id', '=', BigInt(invoiceId))
    .where('locale', '=', locale)
    .executeTakeFirst()
}

/** Keeps where a document is; the first one stays. */
export async function addDocument(
  tx: Tx<Database>,
  invoiceId: number,
  locale: Locale,
  { path, sha256, bytes }: StoredDocument,
): Promise<void> {
  await tx
    .insertInto('document')
    .values({ invoice_id: invoiceId, locale, path, sha256, bytes })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}
