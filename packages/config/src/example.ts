import type { z } from 'zod'

/** One process and the settings it reads. */
export type Process = { name: string; schema: z.ZodObject }

/**
 * The text of `.env.example`: each setting once, under the first process that reads it, with what it means,
 * who else reads it and its default; a setting without a default stands empty.
 */
export function envExample(processes: readonly Process[]): string {
  const readers = new Map<string, string[]>()
  for (const { name, schema } of processes)
    for (const field of Object.keys(schema.shape)) readers.set(field, [...(readers.get(field) ?? []), name])
  const blocks = processes.map(({ name, schema }) => {
    const own = Object.entries(schema.shape).filter(([field]) => readers.get(field)?.[0] === name)
    return [`# ${name}`, ...own.map(([field, type]) => entry(field, type as z.ZodType, readers.get(field) ?? []))].join(
      '\n',
    )
  })
  return `${blocks.join('\n\n')}\n`
}

function entry(field: string, type: z.ZodType, readers: readonly string[]): string {
  const absent = type.safeParse(undefined)
  const also = readers.length > 1 ? ` Read by ${readers.join(', ')}.` : ''
  const value = absent.success && absent.data !== undefined ? String(absent.data) : ''
  const duty = absent.success ? '' : ' Required.'
  return `# ${describe(type)}${duty}${also}\n${field}=${value}`
}

/** A description may stand inside a default or an optional. */
function describe(type: z.ZodType): string {
  if (type.description) return type.description
  const inner = (type as z.ZodType & { def: { innerType?: z.ZodType } }).def.innerType
  return inner ? describe(inner) : ''
}
