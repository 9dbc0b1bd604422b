import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import type { ServiceName } from '@sahary/contracts/services'
import { natsUrl, natsUsers, startNats } from '@sahary/local/stack/nats'
import { freePort } from '@sahary/local/stack/port'
import { eventually } from '@sahary/testing/eventually'
import { connect } from 'nats'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureStreams } from '../src/admin.ts'
import { type Bed, bed, effects, measured, wrongBalances } from './bed.ts'
import { cluster, saidBy, writers } from './cluster.ts'

const root = resolve(import.meta.dirname, '../../../.sahary/test/runs')
let nats: Awaited<ReturnType<typeof natsWithPast>>
let db: Bed<'compute' | 'metering'>
let processes: ReturnType<typeof cluster>

beforeEach(async () => {
  ;[nats, db] = await Promise.all([natsWithPast(), bed('compute', 'metering')])
  processes = cluster(nats.urlOf, db)
})
afterEach(async () => {
  await processes.stop()
  await Promise.all([db.close(), nats.stop()])
})

test('a stream that comes back without its end gets it again from the outbox', { timeout: 90_000 }, async () => {
  await loseTheEnd('everything')
})

test('a durable that stands ahead of its stream is made anew and misses nothing', { timeout: 90_000 }, async () => {
  await loseTheEnd('messages')
})

/** What a power cut leaves behind: the server starts with an earlier state of its store. */
async function loseTheEnd(what: 'everything' | 'messages'): Promise<void> {
  const before = await measured('bus_rollback_detected_total')
  await processes.speaker()
  await processes.hearer()
  const load = writers(db)
  await load.more(100)
  const kept = await nats.remember()
  // Nothing is lost before the speaker, too, is back and has been heard again.
  await eventually(async () => expect(await nats.messages()).toBeGreaterThan(kept + 200), { withinMs: 30_000 })
  await nats.goBack(what)
  await load.more(50)
  await load.stop()
  const said = await saidBy(db)
  await eventually(async () => expect(await effects(db.metering)).toBe(said), { withinMs: 45_000, everyMs: 100 })
  expect(await wrongBalances(db.metering)).toEqual([])
  await eventually(async () => expect(await nats.messages()).toBeGreaterThanOrEqual(said), { withinMs: 10_000 })
  expect(await measured('bus_rollback_detected_total')).toBeGreaterThan(before)
}

/** A nats-server whose store can be put back to how it was. */
async function natsWithPast() {
  const folder = join(root, `nats-${randomBytes(6).toString('hex')}`)
  mkdirSync(folder, { recursive: true })
  const options = {
    dir: join(folder, 'data'),
    port: await freePort(),
    passwords: Object.fromEntries(natsUsers.map(user => [user, `test-${user}`])) as Record<
      ServiceName | 'admin',
      string
    >,
    logFile: join(folder, 'server.log'),
    pidFile: join(folder, 'server.pid'),
    cost: 4,
  }
  const store = join(options.dir, 'store')
  let server = await startNats(options)
  const admin = await connect({
    servers: `127.0.0.1:${options.port}`,
    user: 'admin',
    pass: 'test-admin',
    maxReconnectAttempts: -1,
  })
  await ensureStreams(admin)
  const jsm = await jetstreamManager(admin)
  const messages = async () => (await jsm.streams.info('COMPUTE')).state.messages
  return {
    urlOf: (service: ServiceName) => natsUrl(options, service),
    messages,
    remember: async () => {
      const kept = await messages()
      await server.stop()
      cpSync(store, join(folder, 'past'), { recursive: true, preserveTimestamps: true })
      server = await startNats(options)
      return kept
    },
    goBack: async (what: 'everything' | 'messages') => {
      server.signal('SIGKILL')
      await server.gone
      const stream = what === 'everything' ? '' : 'jetstream/SAHARY/streams/COMPUTE/msgs'
      rmSync(join(store, stream), { recursive: true })
      cpSync(join(folder, 'past', stream), join(store, stream), { recursive: true, preserveTimestamps: true })
      server = await startNats(options)
    },
    stop: async () => {
      await admin.close()
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
