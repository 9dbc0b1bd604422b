import { startConsumers } from '@sahary/bus/consumer'
import { openBus } from '@sahary/bus/nats'
import { connect } from '@sahary/db/connect'
import type { SpineTables } from '@sahary/db/spine'
import { afterCommit } from '@sahary/db/transaction'
import { createLogger } from '@sahary/observability/log'

type Database = SpineTables & { effect: { event_id: string; subject: string; sequence: number } }

const [databaseUrl = '', natsUrl = '', lanes = '8', batch = '1'] = process.argv.slice(2)
const nowMs = () => performance.timeOrigin + performance.now()
const logger = createLogger({ service: 'hearer', level: 'warn' })
const { db } = connect<Database>(databaseUrl, { service: 'metering', max: 20 })
const bus = await openBus(natsUrl, { service: 'metering', logger })
await bus.connection()

let expected = 0
let latencies: number[] = []
const applied = (saidAt: number): void => {
  latencies.push(nowMs() - saidAt)
  if (latencies.length >= expected) process.send?.({ ended: nowMs(), latencies })
}
const consumers = startConsumers({
  db,
  bus,
  service: 'metering',
  logger,
  lanes: Number(lanes),
  batch: Number(batch),
  on: {
    'vm.started': async (tx, event) => {
      await tx
        .insertInto('effect')
        .values({ event_id: event.id, subject: event.subject, sequence: event.sequence })
        .execute()
      const saidAt = Number(event.data.name)
      afterCommit(tx, () => applied(saidAt))
    },
  },
})
process.on('message', (message: { expect: number } | 'stop') => {
  if (message === 'stop') return void consumers.stop().then(() => process.exit(0))
  expected = message.expect
  latencies = []
  process.send?.('ready')
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
