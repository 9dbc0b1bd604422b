import { createLogger } from '@sahary/observability/log'
import { connect } from '../src/connect.ts'
import { leaderLoop } from '../src/leader.ts'

// Leads for its parent, and says when a term begins and ends.
const { pool } = connect(process.argv[2]!, { service: 'metering' })
leaderLoop({
  pool,
  name: 'test',
  logger: createLogger({ service: 'leader', level: 'silent' }),
  retryMs: 50,
  lead: async ({ epoch, signal }) => {
    process.send?.({ began: Number(epoch) })
    await new Promise(resolve => signal.addEventListener('abort', resolve))
    process.send?.({ ended: Number(epoch) })
  },
})
process.on('disconnect', () => process.exit(0))
