import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../root.ts'

/** Takes a generated file: its path in the repository and its text. Gives the path when it was not so already. */
export type Put = (path: string, text: string) => string[]

/** Writes what has changed. */
export const writing: Put = (path, text) => {
  if (isSame(path, text)) return []
  const target = join(root, path)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(`${target}.new`, text)
  renameSync(`${target}.new`, target)
  return [path]
}

/** Only says what would change. */
export const comparing: Put = (path, text) => (isSame(path, text) ? [] : [path])

function isSame(path: string, text: string): boolean {
  const target = join(root, path)
  return existsSync(target) && readFileSync(target, 'utf8') === text
}
