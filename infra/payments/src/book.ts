import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Intent } from './intent.ts'

/** The network's memory: intents by id, and the intent each idempotency key made. Survives a restart. */
export type Book = {
  find: (id: string) => Intent | undefined
  byKey: (key: string) => Intent | undefined
  save: (intent: Intent, key?: string) => Intent
}

/** Opens the book kept in `path`. Each save replaces the file whole, so a crash leaves the old or the new one. */
export function openBook(path: string): Book {
  const stored = existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as { intents: Intent[]; keys: [string, string][] })
    : null
  // A card that was being worked on when the process died may be tried again.
  const intents = new Map(stored?.intents.map(intent => [intent.id, waiting(intent)]))
  const keys = new Map(stored?.keys)
  const write = (): void => {
    writeFileSync(`${path}.new`, JSON.stringify({ intents: [...intents.values()], keys: [...keys] }))
    renameSync(`${path}.new`, path)
  }
  return {
    find: id => intents.get(id),
    byKey: key => intents.get(keys.get(key) ?? ''),
    save: (intent, key) => {
      intents.set(intent.id, intent)
      if (key !== undefined) keys.set(key, intent.id)
      write()
      return intent
    },
  }
}

const waiting = (intent: Intent): Intent =>
  intent.status === 'processing' ? { ...intent, status: 'requires_payment_method' } : intent
