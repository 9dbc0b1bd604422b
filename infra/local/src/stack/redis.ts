import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { giveTo, ownedFolder, runAs } from './account.ts'
import type { ContainerPlan } from './container.ts'
import { ensureCommand } from './install.ts'
import { type Server, startServer } from './server.ts'

export type RedisOptions = { dir: string; port: number; password: string; logFile: string; pidFile: string }

export const redisUrl = (options: Pick<RedisOptions, 'port' | 'password'>): string =>
  `redis://:${options.password}@127.0.0.1:${options.port}`

/** Starts redis-server on loopback. It holds rate limits only, so nothing is written to disk. */
export async function startRedis(options: RedisOptions): Promise<Server> {
  const command = await ensureCommand('redis-server', 'redis-server')
  const user = await runAs('redis')
  const dir = ownedFolder(options.dir, user)
  const file = join(dir, 'redis.conf')
  writeFileSync(file, configuration('127.0.0.1', options.port, dir, options.password), { mode: 0o600 })
  giveTo(file, user)
  return startServer({
    name: 'redis',
    command,
    args: [file],
    isUnique: true,
    logFile: options.logFile,
    pidFile: options.pidFile,
    user,
    ready: () => pings(redisUrl(options)),
    stopSignal: 'SIGTERM',
    stopWithinMs: 5_000,
  })
}

/** The same server as a container. */
export const redisInside = (options: Pick<RedisOptions, 'port' | 'password'>): ContainerPlan => ({
  server: 'redis',
  command: ['redis-server', '/settings/redis.conf'],
  files: [{ path: '/settings/redis.conf', text: configuration('0.0.0.0', 6379, '/tmp', options.password) }],
  ports: [{ inside: 6379, outside: options.port }],
  ready: () => pings(redisUrl(options)),
  stopWithinMs: 5_000,
})

function configuration(address: string, port: number, dir: string, password: string): string {
  const lines = [
    `bind ${address}`,
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${dir}`,
    'save ""',
    'appendonly no',
    'maxmemory 64mb',
    'maxmemory-policy allkeys-lru',
    'tcp-keepalive 30',
    'set-proc-title no',
  ]
  return `${lines.join('\n')}\n`
}

/** True when the server takes this URL's password and answers PING. */
export function pings(url: string): Promise<boolean> {
  const { hostname, port, password } = new URL(url)
  return new Promise(resolve => {
    const socket = connect({ host: hostname, port: Number(port || 6379), timeout: 2_000 })
    let said = ''
    const done = (ok: boolean) => {
      socket.destroy()
      resolve(ok)
    }
    socket.once('connect', () => socket.write(`${password ? `AUTH ${decodeURIComponent(password)}\r\n` : ''}PING\r\n`))
    socket.on('data', chunk => {
      said += chunk
      if (said.includes('+PONG')) done(true)
      if (said.includes('-')) done(false)
    })
    socket.once('error', () => done(false))
    socket.once('timeout', () => done(false))
    // An engine's proxy accepts before the server in its container listens, and hangs up again.
    socket.once('close', () => done(false))
  })
}
