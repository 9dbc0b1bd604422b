import { basename, join } from 'node:path'
import { removeFolder } from '@sahary/local/stack/account'
import { freePort } from '@sahary/local/stack/port'
import { postgresInside, postgresUrl, startPostgres } from '@sahary/local/stack/postgres'
import type { TestProject } from 'vitest/node'
import type { Containers } from './containers.ts'
import { ownFolder, sweep } from './folder.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the superuser of this run's PostgreSQL. */
    postgresUrl: string
    /** Set when this run's servers are containers. */
    containers: Containers | undefined
  }
}

type Undo = () => Promise<void>

/** Once per run: a PostgreSQL of this run's own, or the one that TEST_POSTGRES_URL names; where it is said, an engine. */
export async function setup(project: TestProject): Promise<Undo> {
  await sweep()
  const opened = await containersIfAsked()
  project.provide('containers', opened?.containers)
  try {
    const postgres = await bringPostgres(opened?.containers)
    project.provide('postgresUrl', postgres.url)
    return async () => {
      await postgres.stop()
      await opened?.close()
    }
  } catch (error) {
    await opened?.close()
    throw error
  }
}

async function containersIfAsked(): Promise<{ containers: Containers; close: Undo } | undefined> {
  const asked = process.env.TEST_STACK ?? 'embedded'
  if (asked === 'embedded') return undefined
  if (asked !== 'containers') throw new Error(`TEST_STACK is "${asked}"; it may be embedded or containers`)
  return (await import('./containers.ts')).openContainers()
}

async function bringPostgres(containers: Containers | undefined): Promise<{ url: string; stop: Undo }> {
  const given = process.env.TEST_POSTGRES_URL
  if (given) return { url: given, stop: async () => {} }
  const dir = ownFolder('postgres')
  const options = {
    dir: join(dir, 'data'),
    port: await freePort(),
    password: 'test',
    logFile: join(dir, 'server.log'),
    pidFile: join(dir, 'server.pid'),
    settings: { max_connections: '300' },
  }
  const server = containers
    ? await (await import('./containers.ts')).startTestContainer(containers, basename(dir), postgresInside(options))
    : await startPostgres(options)
  const stop = async () => {
    await server.stop()
    removeFolder(options.dir)
    removeFolder(dir)
  }
  return { url: postgresUrl(options), stop }
}
