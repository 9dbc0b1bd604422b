import { readFileSync } from 'node:fs'
import type { z } from 'zod'

/**
 * Reads a process's settings from the environment, strictly: text in, typed values out.
 * `NAME_FILE` names a file that holds the value of `NAME`, for secrets that are mounted; an empty value counts as absent.
 * Throws one error that lists every fault and never repeats a value.
 */
export function readConfig<S extends z.ZodObject>(schema: S, env: NodeJS.ProcessEnv): z.output<S> {
  const faults: string[] = []
  const texts: Record<string, string> = {}
  for (const name of Object.keys(schema.shape)) {
    try {
      const text = textOf(name, env)
      if (text !== undefined) texts[name] = text
    } catch (error) {
      faults.push(`${name}_FILE: ${(error as NodeJS.ErrnoException).code ?? 'unreadable'}`)
    }
  }
  const parsed = schema.safeParse(texts)
  if (parsed.success && faults.length === 0) return parsed.data
  for (const issue of parsed.error?.issues ?? []) {
    const name = issue.path.join('.')
    if (!faults.some(fault => fault.startsWith(`${name}_FILE:`)))
      faults.push(`${name}: ${name in texts ? issue.message : 'is not set'}`)
  }
  throw new Error(`The environment is not complete:\n${faults.map(fault => `  ${fault}`).join('\n')}`)
}

function textOf(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const file = env[`${name}_FILE`]
  const text = file ? readFileSync(file, 'utf8').trimEnd() : env[name]
  return text === '' ? undefined : text
}
