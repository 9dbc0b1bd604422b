import { type Missing, reconcile, type Unsaid, unsaid } from '@sahary/bus/reconcile'
import { type ServiceName, serviceNames } from '@sahary/contracts/services'
import { connect } from '@sahary/db/connect'
import type { Kysely } from 'kysely'

/** What one comparison found between `from` and `to`. */
export type Report = { from: Date; to: Date; missing: Missing[]; unsaid: Unsaid[] }

const hourMs = 3_600_000
/** Events of the last hour may still be under way to somebody who was away. */
const underWayMs = hourMs
/** A day and an hour more, so that two nights leave nothing out between them. */
const spanMs = 25 * hourMs
const pieceMs = 5 * hourMs

/**
 * Compares what every service said in the day before `now` with what the others heard, by the role `reconciler`. Piece
 * by piece, so that no single statement reads a whole busy day.
 */
export async function compareDay(
  db: Kysely<unknown>,
  now: Date,
  members: readonly ServiceName[] = serviceNames,
): Promise<Report> {
  const to = new Date(now.getTime() - underWayMs)
  const from = new Date(to.getTime() - spanMs)
  const report: Report = { from, to, missing: [], unsaid: [] }
  for (let at = from.getTime(); at < to.getTime(); at += pieceMs) {
    const span = { from: new Date(at), to: new Date(at + pieceMs) }
    report.missing.push(...(await reconcile(db, members, span)))
    report.unsaid.push(...(await unsaid(db, members, span)))
  }
  return report
}

/** The same on a connection of its own to `url`. */
export async function compareAt(url: string, now: Date): Promise<Report> {
  const { db, close } = connect<unknown>(url, { service: 'reconciler', max: 1, statementTimeoutMs: 60_000 })
  try {
    return await compareDay(db, now)
  } finally {
    await close()
  }
}
