import { randomInt, randomUUID } from 'node:crypto'
import { apply, type Handlers } from '@sahary/bus/handler'
import { fixedClock } from '@sahary/clock/clock'
import type { EventData, EventType, SaharyEvent } from '@sahary/contracts/events'
import { transaction } from '@sahary/db/transaction'
import { createLogger } from '@sahary/observability/log'
import { testDatabase } from '@sahary/testing/postgres'
import { bearer, testVerifier } from '@sahary/testing/principal'
import { heard } from '@sahary/testing/say'
import pg from 'pg'
import { consumersOf, createApp, type Database } from '../src/app.ts'
import type { Probe } from '../src/engine/probe/store.ts'
import { hostSeen } from '../src/hosts/actions.ts'
import { look } from '../src/reconcile/actions.ts'
import { createHints } from '../src/reconcile/hints.ts'
import { momentOf } from '../src/reconcile/jobs.ts'
import type { Observed } from '../src/reconcile/step.ts'
import { sshKeyPair } from './ssh.ts'

export const logger = createLogger({ service: 'compute', level: (process.env.TEST_LOG ?? 'silent') as 'silent' })
export const start = new Date('2026-11-20T10:00:00.000Z')

/** What an engine of two cores says of itself. */
export const probeOf = (more: Partial<Probe> = {}): Probe => ({
  cores: 2,
  memoryMib: 4096,
  capabilities: {
    engineVersion: '20.10',
    cgroupVersion: '1',
    storageDriver: 'overlay2',
    userNamespaces: true,
    seccomp: true,
    liveRestore: true,
    pidsLimit: true,
    cpuLimit: true,
    diskQuota: false,
    runtimes: ['runc'],
    images: ['sahary/tiny:current'],
  },
  ...more,
})

export const rulesOf = (name: string, siteId = 1) => ({
  name,
  siteId,
  cpuOvercommit: 4,
  reservedMemoryMib: 0,
  diskGib: 100,
})

/** JSON as it came: a test says what it expects of it. */
type Json = ReturnType<typeof JSON.parse>
type Answer = { status: number; data: Json; body: Json }

/** Compute's API on a database of its own and a clock that stands still until it is told. */
export async function computeBench() {
  const database = await testDatabase<Database>('compute')
  await spreadNumbers(database.adminUrl)
  const clock = fixedClock(start)
  const hints = createHints()
  // Drawn, so that two benches on one machine do not take the same addresses.
  const networkPool = `172.${randomInt(18, 31)}.${randomInt(0, 256)}.0/24`
  const deps = { db: database.db, clock, logger, verify: testVerifier(), hints, networkPool }
  const on = consumersOf(deps)
  const app = createApp(deps)
  let sequence = 0
  const ask = async (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object,
    who: Parameters<typeof bearer>[0] & { key?: string } = {},
  ): Promise<Answer> => {
    const { key = randomUUID(), ...principal } = who
    const headers = { ...(await bearer(principal)), ...(method === 'POST' ? { 'idempotency-key': key } : {}) }
    const answer = await app.inject({ method, url, headers, ...(payload ? { payload } : {}) })
    const body = answer.body === '' ? null : JSON.parse(answer.body)
    return { status: answer.statusCode, data: body?.data, body }
  }
  return {
    ...database,
    clock,
    hints,
    deps,
    app,
    ask,
    /** A host that has just been seen. */
    host: (name = 'h1', probe = probeOf(), siteId = 1) =>
      transaction(database.db, tx => hostSeen(tx, rulesOf(name, siteId), probe, clock.now())),
    /** Books that a VM was seen so. */
    seen: (vmId: number, observed: Observed) =>
      transaction(database.db, tx => look(tx, vmId, observed, momentOf(clock, observed))),
    /** Applies an event as if it had just been heard. */
    hear: async <T extends EventType>(
      type: T,
      subject: number,
      data: EventData<T>,
      said: { sequence?: number } = {},
    ) => {
      sequence += 1
      const event = {
        type,
        subject: String(subject),
        data,
        sequence: said.sequence ?? sequence,
        time: clock.now().toISOString(),
      } as unknown as SaharyEvent<T>
      await transaction(database.db, tx => apply(on as Handlers<Database>, tx, [event]))
    },
    /** An SSH key of the account, by number. */
    key: async (publicKey = sshKeyPair().publicKey, who = {}) =>
      (await ask('POST', '/api/customer/ssh-keys', { name: `k-${randomUUID()}`, publicKey }, who)).data.id as number,
    said: async (...types: string[]) =>
      (await heard(database.db)).filter(each => types.length === 0 || types.includes(each.type)),
    close: async () => {
      await app.close()
      await database.close()
    },
  }
}

export type Bench = Awaited<ReturnType<typeof computeBench>>

/** Numbers of VMs and networks name things at the engine, which other test runs may use too. */
async function spreadNumbers(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  const from = randomInt(1_000_000, 1_000_000_000)
  for (const table of ['vm', 'network'])
    await client.query(`select setval(pg_get_serial_sequence('compute.${table}', 'id'), ${from})`)
  // A test's database is a copy of one that was migrated before: the copy is an installation of its own.
  await client.query('update compute.installation set id = gen_random_uuid()')
  await client.end()
}

/** The body of an order that is all right. */
export const order = (sshKeyIds: number[], more: object = {}) => ({
  name: `vm-${randomUUID().slice(0, 8)}`,
  vmType: 'tiny-1',
  image: 'tiny',
  supplyClass: 'always_on',
  sshKeyIds,
  ...more,
})

/** What is seen of a VM that runs as it should. */
export const runningAs = (more: object = {}): Observed => ({
  kind: 'present',
  ours: true,
  state: 'running',
  run: '2026-11-20T10:00:01.000Z',
  finishedAt: null,
  exitCode: 0,
  outOfMemory: false,
  nanoCpus: 1e9,
  memoryBytes: 128 * 1024 * 1024,
  ...more,
})
