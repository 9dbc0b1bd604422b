import { startConsumers } from '@sahary/bus/consumer'
import type { Handlers } from '@sahary/bus/handler'
import { openBus } from '@sahary/bus/nats'
import type { SaharyEvent } from '@sahary/contracts/events'
import { repairVerbs } from '@sahary/contracts/events/repairs'
import { connect, type Tx } from '@sahary/db/connect'
import type { SpineTables } from '@sahary/db/spine'
import { createLogger } from '@sahary/observability/log'

/*
 * Counts what it hears of repairs, one more for each event, with no key that would forgive a second time: the services'
 * own effects are safe against repetition twice over, so that only a count shows whether the inbox lets one through.
 * It runs as billing, which does not listen to repairs itself.
 */
type Database = SpineTables & { tally: { type: string; heard: number } }

const service = 'billing'
const logger = createLogger({ service, level: 'warn' })
const { db, close } = connect<Database>(process.env.DATABASE_URL!, { service, max: 4 })
const bus = await openBus(process.env.NATS_URL!, { service, logger })
const count = async (tx: Tx<Database>, { type }: SaharyEvent): Promise<void> => {
  await tx
    .insertInto('tally')
    .values({ type, heard: 1 })
    .onConflict(conflict => conflict.column('type').doUpdateSet(({ eb }) => ({ heard: eb('tally.heard', '+', 1) })))
    .execute()
}
const on = Object.fromEntries(repairVerbs.map(verb => [`repair.${verb}`, count])) as Handlers<Database>
const consumers = startConsumers({ db, bus, service, logger, on })
process.on('SIGTERM', async () => {
  await consumers.stop()
  await bus.close()
  await close()
  process.exit(0)
})
