import { connect } from '@sahary/db/connect'
import type { SpineTables } from '@sahary/db/spine'
import { parkedCommand } from '../src/operator.ts'

// node packages/bus/bin/parked.ts list|replay <service> [id], with the service's DATABASE_URL in the environment
const [action = '', service = '', ...rest] = process.argv.slice(2)
const url = process.env.DATABASE_URL
if (!url || !service) {
  console.error('usage: DATABASE_URL=... parked list|replay <service> [id]')
  process.exit(2)
}
const { db, close } = connect<SpineTables>(url, { service })
try {
  const lines = await parkedCommand(db, [action, ...rest])
  console.log(lines.join('\n'))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
} finally {
  await close()
}
