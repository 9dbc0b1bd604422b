import { join } from 'node:path'
import { parkedCommand } from '@sahary/bus/operator'
import { serviceNames } from '@sahary/contracts/services'
import { connect } from '@sahary/db/connect'
import type { SpineTables } from '@sahary/db/spine'
import { root } from '../root.ts'
import { postgresUrl } from '../stack/postgres.ts'
import { roleUrl } from '../stack/stack.ts'
import { openState } from '../stack/state.ts'

/** `parked list|replay <service> [id]`: messages that a service of the platform that runs here could not apply. */
export async function run([action = '', name = '', ...rest]: string[]): Promise<number> {
  const service = serviceNames.find(known => known === name)
  if (!service)
    throw new Error(`usage: npm run parked -- list|replay <service> [id]; services: ${serviceNames.join(', ')}`)
  const drawn = openState(process.env.SAHARY_DIR ?? join(root, '.sahary'))
  const port = drawn.keptPort('postgres')
  const server = process.env.DATABASE_URL ?? (port && postgresUrl({ port, password: drawn.secret('postgres') }))
  if (!server) throw new Error('no platform has run here yet')
  const url = roleUrl(server, service, drawn.secret(`database ${service}`))
  const { db, close } = connect<SpineTables>(url, { service })
  try {
    console.log((await parkedCommand(db, [action, ...rest])).join('\n'))
    return 0
  } finally {
    await close()
  }
}
