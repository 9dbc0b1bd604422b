import { emitAll, type Saying } from '@sahary/bus/emit'
import { levelRank, type PowerLevel } from '@sahary/contracts/ladder'
import { audit } from '@sahary/db/audit'
import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import { type Doing, siteOf } from '../site/actions.ts'
import type { Rules } from './rules.ts'
import { type Change, type PowerInputs, type PowerState, step } from './step.ts'
import { addChange, powerState, savePowerState } from './store.ts'

export type Told = { inputs: PowerInputs; rules: Rules; backupSource: 'grid' | 'generator' | null }

/** One turn of a site's ladder, with its row locked: what changed is kept and said in this transaction. */
export async function stepSite(tx: Tx<Database>, siteId: number, told: Told, now: Date): Promise<PowerState> {
  const before = await powerState(tx, siteId, true)
  const { state, change } = step(before, told.inputs, now, told.rules)
  await savePowerState(tx, siteId, state)
  if (change) {
    await addChange(tx, siteId, change)
    await emitAll(tx, sayingsOf(siteId, change, told.backupSource))
  }
  return state
}

/** What a step is called: every one a `power.level_changed`, and the three that people wait for by their own names. */
function sayingsOf(siteId: number, change: Change, backupSource: Told['backupSource']): Saying[] {
  const { from, to, at, chargePercent, runtimeMin } = change
  const noticeEndsAt = change.noticeEndsAt?.toISOString() ?? null
  const data = { siteId, level: to, chargePercent, runtimeMin, noticeEndsAt }
  const down = levelRank(to) > levelRank(from)
  const said: Saying[] = [
    { type: 'power.level_changed', subjectId: siteId, data: { ...data, from, cause: change.cause }, at },
  ]
  if (down && to === 'low') said.push({ type: 'power.low', subjectId: siteId, data, at })
  if (down && to === 'critical') said.push({ type: 'power.critical', subjectId: siteId, data, at })
  if (!down && from === 'low') said.push({ type: 'power.restored', subjectId: siteId, data, at })
  if (backupSource) {
    const backup = { siteId, source: backupSource }
    if (down && to === 'backup') said.push({ type: 'backup.engaged', subjectId: siteId, data: backup, at })
    if (!down && from === 'backup') said.push({ type: 'backup.released', subjectId: siteId, data: backup, at })
  }
  return said
}

/** An operator's word: this level for so many minutes, or (null) what is measured again from now on. */
export async function orderLevel(
  tx: Tx<Database>,
  siteId: number,
  order: { level: PowerLevel; minutes: number } | null,
  doing: Doing & { reason: string },
): Promise<PowerState> {
  await siteOf(tx, siteId)
  const before = await powerState(tx, siteId, true)
  const until = order && new Date(doing.at.getTime() + order.minutes * 60_000)
  const state: PowerState = { ...before, override: order && until && { level: order.level, until } }
  await savePowerState(tx, siteId, state)
  await audit(tx, {
    ...doing,
    action: 'power.order',
    objectType: 'site',
    objectId: siteId,
    before: { level: before.level, override: before.override },
    after: { override: state.override, reason: doing.reason },
  })
  return state
}
