import { createHash } from 'node:crypto'
import type { Locale } from '@sahary/contracts/fields'
import { Refusal } from '@sahary/contracts/refusal'
import { advisoryLock } from '@sahary/db/lock'
import { transaction } from '@sahary/db/transaction'
import type { Deps } from '../app.ts'
import { linesOfInvoice } from '../invoice/actions.ts'
import type { Finalized } from '../invoice/invoice.ts'
import { documentOf } from './document.ts'
import { addDocument, findDocument } from './store.ts'

type Needs = Pick<Deps, 'db' | 'files' | 'printer' | 'taxNumber'>

/**
 * The PDF of an invoice, printed at the first request and the same bytes ever after. Of two first requests at once one
 * is kept; a file whose hash has changed is refused.
 */
export async function invoicePdf(needs: Needs, invoice: Finalized, locale: Locale): Promise<Buffer> {
  const known = await findDocument(needs.db, invoice.id, locale)
  const document = known ?? (await makeDocument(needs, invoice, locale))
  const bytes = Buffer.from(await needs.files.getBytes(document.path).catch(refuseUnlessLost))
  if (hashOf(bytes) !== document.sha256) throw new Error(`the stored document ${document.path} was changed`)
  return bytes
}

async function makeDocument({ db, files, printer, taxNumber }: Needs, invoice: Finalized, locale: Locale) {
  const lines = await linesOfInvoice(db, invoice.id)
  const pdf = await printer.print(JSON.stringify(documentOf(invoice, lines, locale, taxNumber)))
  const sha256 = hashOf(pdf)
  const made = { path: `invoices/${sha256}.pdf`, sha256, bytes: pdf.length }
  return transaction(db, async tx => {
    // Whoever comes second takes the first one's: a file is not written again while somebody may be reading it.
    await advisoryLock(tx, 'document', invoice.id, locale)
    const known = await findDocument(tx, invoice.id, locale)
    if (known) return known
    // The file first: a row without its file would be a lie, a file without its row is only made again.
    await files.put(made.path, pdf).catch(refuseUnlessLost)
    await addDocument(tx, invoice.id, locale, made)
    return made
  })
}

/** A store that cannot be reached is no fault of ours; a document that it has lost is. */
function refuseUnlessLost(error: Error & { cause?: { name?: string; code?: string } }): never {
  const { name, code } = error.cause ?? {}
  if (name === 'NoSuchKey' || code === 'ENOENT') throw error
  throw new Refusal('documents_unavailable', { retryAfterS: 10, cause: error })
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
