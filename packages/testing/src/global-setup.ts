import { join } from 'node:path'
import { removeFolder } from '@sahary/local/stack/account'
import { freePort } from '@sahary/local/stack/port'
import { postgresUrl, startPostgres } from '@sahary/local/stack/postgres'
import type { TestProject } from 'vitest/node'
import { ownFolder, sweep } from './folder.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the superuser of this run's PostgreSQL. */
    postgresUrl: string
  }
}

/** Once per run: a PostgreSQL of this run's own, or the one that TEST_POSTGRES_URL names. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.TEST_POSTGRES_URL
  if (given) {
    project.provide('postgresUrl', given)
    return undefined
  }
  await sweep()
  const dir = ownFolder('postgres')
  const options = {
    dir: join(dir, 'data'),
    port: await freePort(),
    password: 'test',
    logFile: join(dir, 'server.log'),
    pidFile: join(dir, 'server.pid'),
    settings: { max_connections: '300' },
  }
  const server = await startPostgres(options)
  project.provide('postgresUrl', postgresUrl(options))
  return async () => {
    await server.stop()
    removeFolder(options.dir)
    removeFolder(dir)
  }
}
