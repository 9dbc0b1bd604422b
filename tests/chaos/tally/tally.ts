import { join } from 'node:path'
import type { Platform } from '@sahary/local/platform/platform'
import { type Kept, keep } from '@sahary/local/stack/keeper'
import { startServer } from '@sahary/local/stack/server'
import pg from 'pg'

/** Makes the tally's table in billing's schema, as its owner would. */
export async function makeTally(postgresUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl })
  await client.connect()
  try {
    await client.query('set role billing_owner')
    await client.query('create table billing.tally (type text primary key, heard bigint not null)')
  } finally {
    await client.end()
  }
}

/** Starts a tally beside a platform in `dir`, and keeps it running as the platform's own programs are. */
export async function openTally(platform: Platform, dir: string): Promise<Kept> {
  await makeTally(platform.servers.postgres.url)
  const { DATABASE_URL, NATS_URL } = platform.env('billing')
  const plan = {
    name: 'tally',
    command: process.execPath,
    args: [join(import.meta.dirname, 'main.ts')],
    env: { PATH: process.env.PATH, DATABASE_URL, NATS_URL },
    logFile: join(dir, 'logs/tally.log'),
    pidFile: join(dir, 'pids/tally.pid'),
    ready: async () => true,
  }
  return keep('tally', () => startServer(plan))
}
