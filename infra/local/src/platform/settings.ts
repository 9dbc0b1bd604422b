import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { z } from 'zod'
import { askedFileOf, type Bundled, folderOf } from './processes.ts'

/** The settings a program declares in its `src/config.ts`; undefined when it reads none. */
export async function schemaOf(name: Bundled): Promise<z.ZodObject | undefined> {
  const file = join(folderOf(name), 'src/config.ts')
  if (!existsSync(file)) return undefined
  const exported = Object.values(await import(pathToFileURL(file).href))
  return exported.find((value): value is z.ZodObject => typeof value === 'object' && value !== null && 'shape' in value)
}

/** The settings of a program by name, and whether it starts without. */
export type Asked = Record<string, 'required' | 'optional'>

export const askedOf = (schema: z.ZodObject | undefined): Asked =>
  Object.fromEntries(
    Object.entries(schema?.shape ?? {}).map(([field, type]) => [
      field,
      (type as z.ZodType).safeParse(undefined).success ? 'optional' : 'required',
    ]),
  )

/** What the program asked for when it was bundled: the launcher need not load its sources to know. */
export const askedOfBundle = (name: Bundled): Asked => JSON.parse(readFileSync(askedFileOf(name), 'utf8'))

/** A required secret that nobody gave is drawn once and kept; programs that share it name it alike. */
const isSecret = (field: string): boolean => /_(SECRET|KEY|PEPPER)$/.test(field)

/** Where settings come from: what the platform offers, what a person has set, and what is drawn. */
export type Sources = {
  offered: Record<string, string | undefined>
  given: NodeJS.ProcessEnv
  secret: (field: string) => string
}

/**
 * The environment of a program: of everything the platform can offer, what it asks for; the launcher's own
 * environment wins. Names a required setting that nobody offers, before the program fails on it.
 */
export function environmentFor(
  name: Bundled,
  asked: Asked,
  { offered, given, secret }: Sources,
): Record<string, string> {
  const env: Record<string, string> = {}
  const missing: string[] = []
  for (const [field, need] of Object.entries(asked)) {
    const drawn = need === 'required' && isSecret(field) ? secret : () => undefined
    const value = given[field] ?? offered[field] ?? drawn(field)
    if (value !== undefined) env[field] = value
    else if (need === 'required') missing.push(field)
  }
  if (missing.length > 0) throw new Error(`${name} needs ${missing.join(', ')}, which the launcher does not know`)
  return env
}
