import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { z } from 'zod'
import { folderOf, type ProcessName } from './processes.ts'

/** The settings a program declares in its `src/config.ts`; undefined when it reads none. */
export async function schemaOf(name: ProcessName): Promise<z.ZodObject | undefined> {
  const file = join(folderOf(name), 'src/config.ts')
  if (!existsSync(file)) return undefined
  const exported = Object.values(await import(pathToFileURL(file).href))
  return exported.find((value): value is z.ZodObject => typeof value === 'object' && value !== null && 'shape' in value)
}

/** A required secret that nobody gave is drawn once and kept; programs that share it name it alike. */
const isSecret = (field: string, type: z.core.$ZodType): boolean =>
  /_(SECRET|KEY|PEPPER)$/.test(field) && !(type as z.ZodType).safeParse(undefined).success

/** Where settings come from: what the platform offers, what a person has set, and what is drawn. */
export type Sources = {
  offered: Record<string, string | undefined>
  given: NodeJS.ProcessEnv
  secret: (field: string) => string
}

/**
 * The environment of a program: of everything the platform can offer, what its schema asks for; the launcher's own
 * environment wins. Names a required setting that nobody offers, before the program fails on it.
 */
export function environmentFor(
  name: ProcessName,
  schema: z.ZodObject | undefined,
  { offered, given, secret }: Sources,
): Record<string, string> {
  const env: Record<string, string> = {}
  const missing: string[] = []
  for (const [field, type] of Object.entries(schema?.shape ?? {})) {
    const value = given[field] ?? offered[field] ?? (isSecret(field, type) ? secret(field) : undefined)
    if (value !== undefined) env[field] = value
    else if (!(type as z.ZodType).safeParse(undefined).success) missing.push(field)
  }
  if (missing.length > 0) throw new Error(`${name} needs ${missing.join(', ')}, which the launcher does not know`)
  return env
}
