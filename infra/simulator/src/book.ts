import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Connection } from './device.ts'
import type { Roof } from './roof.ts'

/** What the roof remembers over a restart: its devices' credentials, its battery and its meters. */
export type Memory = { connections: Connection[]; roof?: Roof | undefined }

/** The memory kept in `path`, or undefined before the first one. */
export function recall(path: string): Memory | undefined {
  if (!existsSync(path)) return undefined
  const memory = JSON.parse(readFileSync(path, 'utf8')) as Memory
  return memory.roof ? { ...memory, roof: { ...memory.roof, at: new Date(memory.roof.at) } } : memory
}

/** Replaces the memory in `path` whole; readable by its owner only, for it holds passwords. */
export function remember(path: string, memory: Memory): void {
  writeFileSync(`${path}.new`, JSON.stringify(memory), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}
