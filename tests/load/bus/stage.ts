import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { ensureStreams } from '@sahary/bus/admin'
import type { ServiceName } from '@sahary/contracts/services'
import { migrate } from '@sahary/db/migrate'
import { provision } from '@sahary/db/provision'
import { natsUrl, natsUsers, startNats } from '@sahary/local/stack/nats'
import { freePort } from '@sahary/local/stack/port'
import { postgresNear, startPostgres } from '@sahary/local/stack/postgres'
import { connect } from 'nats'

const run = promisify(execFile)

/** Real servers for one run: PostgreSQL with fsync on and a nats-server, as `npm start` sets them up. */
export type Stage = {
  adminUrl: string
  databaseUrl: (service: ServiceName) => string
  natsUrl: (user: ServiceName | 'admin') => string
  /** The servers' processes. */
  pids: number[]
  stop: () => Promise<void>
}

/**
 * `syncedNats`: the 2.9 server writes every message through to the disk (see infra/local/src/stack/nats.ts), which
 * makes the disk the measure of everything; without it the server works as it does by default.
 */
export async function setStage({ syncedNats }: { syncedNats: boolean }): Promise<Stage> {
  const folder = resolve(import.meta.dirname, `../../../.sahary/test/runs/load-${randomBytes(6).toString('hex')}`)
  mkdirSync(folder, { recursive: true })
  const pg = { ...placeOf(folder, 'postgres'), port: await freePort(), password: 'load' }
  const passwords = Object.fromEntries(natsUsers.map(user => [user, `load-${user}`])) as Record<
    ServiceName | 'admin',
    string
  >
  const bus = { ...placeOf(folder, 'nats'), port: await freePort(), passwords, cost: 4 }
  const [postgres, nats] = await Promise.all([startPostgres(pg), startNats(bus)])
  if (!syncedNats) await run('chattr', ['-R', '-S', '-D', bus.dir]).catch(() => {})
  const adminUrl = await postgresNear(pg)
  for (const service of ['compute', 'metering']) {
    await provision(adminUrl, [{ service, password: `load-${service}` }])
    await migrate({
      url: adminUrl,
      schema: service,
      runtimeRole: service,
      directory: join(import.meta.dirname, 'migrations'),
    })
  }
  const nc = await connect({ servers: `127.0.0.1:${bus.port}`, user: 'admin', pass: passwords.admin })
  await ensureStreams(nc)
  await nc.close()
  let stopping: Promise<unknown> | undefined
  const stop = async (): Promise<void> => {
    stopping ??= Promise.all([postgres.stop(), nats.stop()])
    await stopping
    rmSync(folder, { recursive: true, force: true })
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stop().then(() => process.exit(1)))
  return {
    adminUrl,
    databaseUrl: service => adminUrl.replace('postgres:load@', `${service}:load-${service}@`),
    natsUrl: user => natsUrl(bus, user),
    pids: [postgres.pid, nats.pid],
    stop,
  }
}

const placeOf = (folder: string, name: string) => ({
  dir: join(folder, name),
  logFile: join(folder, `${name}.log`),
  pidFile: join(folder, `${name}.pid`),
})
