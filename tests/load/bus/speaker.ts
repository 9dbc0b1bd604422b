import { emit, emitAll } from '@sahary/bus/emit'
import { openBus } from '@sahary/bus/nats'
import { startRelay } from '@sahary/bus/relay'
import type { EventData } from '@sahary/contracts/events'
import { connect } from '@sahary/db/connect'
import type { SpineTables } from '@sahary/db/spine'
import { transaction } from '@sahary/db/transaction'
import { createLogger } from '@sahary/observability/log'

/** What the parent asks: so many events, at a pace or as fast as it goes, one or several to a transaction. */
export type Order = { count: number; perSecond?: number; perTransaction?: number; writers?: number }

const things = 500
const nowMs = () => performance.timeOrigin + performance.now()
const started = (vmId: number): EventData<'vm.started'> => ({
  vmId,
  accountId: 7,
  siteId: 1,
  hostId: 3,
  // The moment of emitting travels along as the name.
  name: nowMs().toFixed(3),
  reason: 'user',
  spec: { vmType: 's-1', supplyClass: 'solar_only', vcpus: 1, memoryMib: 512, diskGib: 10 },
})

const [databaseUrl = '', natsUrl = ''] = process.argv.slice(2)
const logger = createLogger({ service: 'speaker', level: 'warn' })
const { db, pool } = connect<SpineTables>(databaseUrl, { service: 'compute', max: 20 })
const bus = await openBus(natsUrl, { service: 'compute', logger })
await bus.connection()
startRelay({ db, pool, bus, service: 'compute', logger })

let next = 0
const vmId = () => 1 + (next++ % things)
const say = (n: number): Promise<void> =>
  transaction(db, tx => {
    const at = new Date()
    if (n === 1) {
      const id = vmId()
      return emit(tx, 'vm.started', id, started(id), { at })
    }
    const ids = Array.from({ length: n }, vmId)
    return emitAll(
      tx,
      ids.map(id => ({ type: 'vm.started' as const, subjectId: id, data: started(id), at })),
    )
  })

async function asFastAsItGoes({ count, perTransaction = 1, writers = 16 }: Order): Promise<void> {
  let left = count
  const write = async (): Promise<void> => {
    while (left > 0) {
      const n = Math.min(perTransaction, left)
      left -= n
      await say(n)
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
}

async function atPace({ count, perSecond = 200 }: Order): Promise<void> {
  const start = nowMs()
  const all: Promise<void>[] = []
  for (let n = 0; n < count; n++) {
    const wait = start + (n * 1_000) / perSecond - nowMs()
    if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait))
    all.push(say(1))
  }
  await Promise.all(all)
}

process.on('message', (order: Order) => {
  const begun = nowMs()
  const work = order.perSecond ? atPace(order) : asFastAsItGoes(order)
  work.then(
    () => process.send?.({ begun, ended: nowMs() }),
    error => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
