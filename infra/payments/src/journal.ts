import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** A file of everything that was ever decided, one JSON line per decision; the last word on a key counts. */
export type Journal = {
  /** The entries whose keys begin with `prefix`. */
  under<V>(prefix: string): Entries<V>
  close(): void
}
export type Entries<V> = {
  get(key: string): V | undefined
  all(): V[]
  /** On disk when it returns. */
  put(key: string, value: V): void
}

/** Opens a journal, which is made when it is missing; a line that was cut off by a crash is left out. */
export function openJournal(file: string): Journal {
  mkdirSync(dirname(file), { recursive: true })
  const values = new Map<string, unknown>()
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  for (const line of text.split('\n')) {
    const entry = parsed(line)
    if (entry) values.set(...entry)
  }
  const handle = openSync(file, 'a')
  // What follows a cut-off line must not be glued to it.
  if (text !== '' && !text.endsWith('\n')) writeSync(handle, '\n')
  return {
    under: <V>(prefix: string) => ({
      get: (key: string) => values.get(`${prefix}/${key}`) as V | undefined,
      all: () => [...values].filter(([key]) => key.startsWith(`${prefix}/`)).map(([, value]) => value as V),
      put: (key: string, value: V) => {
        writeSync(handle, `${JSON.stringify([`${prefix}/${key}`, value])}\n`)
        fsyncSync(handle)
        values.set(`${prefix}/${key}`, value)
      },
    }),
    close: () => closeSync(handle),
  }
}

function parsed(line: string): [string, unknown] | null {
  try {
    const entry: unknown = JSON.parse(line)
    return Array.isArray(entry) && typeof entry[0] === 'string' ? [entry[0], entry[1]] : null
  } catch {
    return null
  }
}
