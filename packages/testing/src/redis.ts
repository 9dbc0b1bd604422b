import { join } from 'node:path'
import { removeFolder } from '@sahary/local/stack/account'
import { freePort } from '@sahary/local/stack/port'
import { redisUrl, startRedis } from '@sahary/local/stack/redis'
import { ownFolder } from './folder.ts'

/** A private Redis and the handles to hurt it. */
export type TestRedis = {
  url: string
  kill: () => Promise<void>
  restart: () => Promise<void>
  pause: () => void
  resume: () => void
  stop: () => Promise<void>
}

/** Starts a redis-server of this test file's own. */
export async function testRedis(): Promise<TestRedis> {
  const dir = ownFolder('redis')
  const options = {
    dir: join(dir, 'data'),
    port: await freePort(),
    password: 'test',
    logFile: join(dir, 'server.log'),
    pidFile: join(dir, 'server.pid'),
  }
  let server = await startRedis(options)
  return {
    url: redisUrl(options),
    kill: async () => {
      server.signal('SIGKILL')
      await server.gone
    },
    restart: async () => {
      await server.stop()
      server = await startRedis(options)
    },
    pause: () => server.signal('SIGSTOP'),
    resume: () => server.signal('SIGCONT'),
    stop: async () => {
      await server.stop()
      removeFolder(options.dir)
      removeFolder(dir)
    },
  }
}
