import { basename, join } from 'node:path'
import { removeFolder } from '@sahary/local/stack/account'
import { freePort } from '@sahary/local/stack/port'
import { redisInside, redisUrl, startRedis } from '@sahary/local/stack/redis'
import { ownFolder } from './folder.ts'
import { placeOf } from './place.ts'

/** A private Redis and the handles to hurt it. */
export type TestRedis = {
  url: string
  kill: () => Promise<void>
  restart: () => Promise<void>
  pause: () => Promise<void>
  resume: () => Promise<void>
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
  const place = placeOf({
    name: basename(dir),
    server: 'redis',
    process: () => startRedis(options),
    folders: [options.dir],
    container: () => redisInside(options),
  })
  let server = await place.start()
  return {
    url: redisUrl(options),
    kill: async () => {
      await server.signal('SIGKILL')
      await server.gone
    },
    restart: async () => {
      await server.stop()
      server = await place.start()
    },
    pause: async () => void (await server.signal('SIGSTOP')),
    resume: async () => void (await server.signal('SIGCONT')),
    stop: async () => {
      await server.stop()
      await place.clear()
      removeFolder(dir)
    },
  }
}
