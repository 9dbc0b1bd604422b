import type { SpineTables } from '@sahary/db/spine'
import type { Kysely } from 'kysely'
import { listParked, type ParkedMessage, replayParked } from './parked.ts'

/**
 * The operator's command on one service's parked messages: `list`, or `replay [id]`. Gives the lines to print;
 * throws on anything else.
 */
export async function parkedCommand(db: Kysely<SpineTables>, [action, id]: readonly string[]): Promise<string[]> {
  if (action === 'list' && id === undefined) {
    const messages = await listParked(db)
    return messages.length === 0 ? ['nothing is parked'] : messages.map(line)
  }
  if (action === 'replay' && (id === undefined || /^\d{1,15}$/.test(id))) {
    const asked = await replayParked(db, id === undefined ? undefined : BigInt(id))
    return [`${asked} asked for again; the running service takes them within seconds, "list" shows what is left`]
  }
  throw new Error('usage: parked list | parked replay [id]')
}

function line({ id, parkedAt, durable, type, subject, attempts, reason }: ParkedMessage): string {
  return `${id}  ${parkedAt.toISOString()}  ${durable}  ${type ?? '?'} of ${subject ?? '?'}  ${attempts} attempts  ${reason}`
}
