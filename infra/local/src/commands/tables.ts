import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type ServiceName, serviceNames } from '@sahary/contracts/services'
import { migrate } from '@sahary/db/migrate'
import { provision } from '@sahary/db/provision'
import { removeFolder } from '../stack/account.ts'
import { freePort } from '../stack/port.ts'
import { postgresUrl, startPostgres } from '../stack/postgres.ts'
import type { Put } from './generated.ts'
import { root } from '../root.ts'

const run = promisify(execFile)

const int8 = 'ColumnType<bigint, bigint | number, bigint | number>'

/** int8 reaches us as bigint and numeric as its exact text; a number is taken where a whole one is written. */
const flags = [
  '--dialect=postgres',
  '--date-parser=string',
  `--type-mapping=${JSON.stringify({ int8, numeric: 'string' })}`,
  '--log-level=error',
]

/** `src/tables.ts` of each service from its migrated schema; gives the files that were not so already. */
export async function generateTables(put: Put, only: readonly string[] = []): Promise<string[]> {
  const wanted = serviceNames
    .filter(name => existsSync(join(root, 'services', name, 'migrations')))
    .filter(name => only.length === 0 || only.includes(name))
  const dir = mkdtempSync(join(tmpdir(), 'sahary-gen-'))
  const options = {
    dir: join(dir, 'data'),
    port: await freePort(),
    password: 'gen',
    logFile: join(dir, 'log'),
    pidFile: join(dir, 'pid'),
  }
  const server = await startPostgres(options)
  try {
    const changed: string[] = []
    const faults: string[] = []
    for (const name of wanted) {
      await tablesOf(name, postgresUrl(options), dir).then(
        text => changed.push(...put(`services/${name}/src/tables.ts`, text)),
        error => faults.push(`${name}: ${error instanceof Error ? error.message : error}`),
      )
    }
    if (faults.length > 0) throw new Error(`some tables could not be generated\n${faults.join('\n')}`)
    return changed
  } finally {
    await server.stop()
    removeFolder(options.dir)
    rmSync(dir, { recursive: true, force: true })
  }
}

async function tablesOf(service: ServiceName, url: string, dir: string): Promise<string> {
  const directory = join(root, 'services', service, 'migrations')
  await provision(url, [{ service, password: 'gen' }])
  await migrate({ url, schema: service, runtimeRole: service, directory })
  const command = join(root, 'packages/db/node_modules/.bin/kysely-codegen')
  const file = join(dir, `${service}.ts`)
  const place = [`--url=${url}`, `--default-schema=${service}`, `--include-pattern=${service}.*`, `--out-file=${file}`]
  await run(command, [...flags, ...place])
  return named(readFileSync(file, 'utf8'))
}

/** Codegen knows no name for our int8 and calls the whole schema `DB`. */
function named(text: string): string {
  const [head, ...rest] = text.split('\n\n')
  const body = rest.join('\n\n').replaceAll(int8, 'Int8').replace('export interface DB {', 'export interface Tables {')
  const [imports, ...types] = body.split('\n\n')
  return [head, imports, `export type Int8 = ${int8};`, ...types].join('\n\n')
}
