import { type Principal, principalRoles } from '@sahary/auth/principal'
import { emit } from '@sahary/bus/emit'
import { Refusal } from '@sahary/contracts/refusal'
import { audit } from '@sahary/db/audit'
import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import { deviceInService } from '../device/actions.ts'
import { isStaff } from '../person/store.ts'
import { cairoYear, type Move, move, repairNumber, staffCapacities, type Warranty } from './repair.ts'
import { type Capacity, isFinal } from './steps.ts'
import * as store from './store.ts'
import { customerView, type NewRepair, type Repair, type RepairChange, staffView } from './view.ts'

/** Who acts on a repair: a person on their side of it, or the service itself (`userId` null). */
export type Acting = {
  userId: number | null
  side: 'customer' | 'staff' | 'system'
  as: readonly Capacity[]
  scope: store.Scope
  requestId: string | null
  at: Date
}

/** A member of an account, acting for it. */
export const customerActing = (caller: { userId: number; accountId: number }, requestId: string, at: Date) =>
  ({
    userId: caller.userId,
    side: 'customer',
    as: ['customer'],
    scope: { accountId: caller.accountId },
    requestId,
    at,
  }) as const satisfies Acting

/** Staff, acting in whatever capacities their roles give. */
export const staffActing = (caller: Principal, requestId: string, at: Date) =>
  ({
    userId: caller.userId,
    side: 'staff',
    as: staffCapacities(principalRoles(caller)),
    scope: 'staff',
    requestId,
    at,
  }) as const satisfies Acting

/** Opens a repair as a draft, and submits it at once when asked; one that cannot be submitted is not opened. */
export async function openRepair(
  tx: Tx<Database>,
  acting: Acting & { userId: number; scope: { accountId: number } },
  { submit, ...fields }: NewRepair,
): Promise<Repair> {
  const { accountId } = acting.scope
  if (fields.deviceId !== null) await deviceInService(tx, accountId, fields.deviceId)
  const year = cairoYear(acting.at)
  const number = repairNumber(year, await store.nextCount(tx, year))
  const repair = await store.insertRepair(tx, { ...fields, number, accountId, by: acting.userId, at: acting.at })
  const opened = {
    repairId: repair.id,
    kind: 'step',
    visibility: 'public',
    verb: null,
    from: null,
    to: 'draft',
  } as const
  await store.insertEntry(tx, { ...opened, ...actorOf(acting), text: null })
  await writeAudit(tx, acting, 'repair.open', { after: repair })
  return submit ? moveRepair(tx, acting, { before: repair, now: repair }, { to: 'submitted', reason: null }) : repair
}

/** Rewrites a draft that is as the caller has seen it. */
export async function changeDraft(
  tx: Tx<Database>,
  acting: Acting & { scope: { accountId: number } },
  id: number,
  { version, ...change }: RepairChange,
): Promise<Repair> {
  const repair = await seen(tx, acting, id, version)
  if (repair.state !== 'draft') throw new Refusal('repair_not_draft')
  if (change.deviceId) await deviceInService(tx, acting.scope.accountId, change.deviceId)
  const after = await store.saveRepair(tx, {
    ...repair,
    deviceId: change.deviceId === undefined ? repair.deviceId : change.deviceId,
    category: change.category ?? repair.category,
    description: change.description ?? repair.description,
  })
  await writeAudit(tx, acting, 'repair.change', { before: repair, after })
  return after
}

export type Asked = Move & { version: number; assigneeId?: number | undefined; warranty?: Warranty | undefined }

/** Moves a repair that is as the caller has seen it; staff who accept one without naming anybody take it on themselves. */
export async function transition(tx: Tx<Database>, acting: Acting, id: number, asked: Asked): Promise<Repair> {
  const repair = await seen(tx, acting, id, asked.version)
  if (asked.assigneeId !== undefined && !(await isStaff(tx, asked.assigneeId)))
    throw new Refusal('validation_failed', { faults: [{ field: 'assigneeId', code: 'repair_assignee_unknown' }] })
  const taken = asked.to === 'accepted' && acting.side === 'staff' ? acting.userId : null
  const assigneeId = asked.assigneeId ?? repair.assigneeId ?? taken
  const warranty = asked.warranty ?? repair.warranty
  return moveRepair(tx, acting, { before: repair, now: { ...repair, assigneeId, warranty } }, asked)
}

/** What the service does by itself with a repair that has waited long enough; nothing when it has moved meanwhile. */
export async function moveStale(
  tx: Tx<Database>,
  id: number,
  { from, to, before, at }: { from: Repair['state']; to: Repair['state']; before: Date; at: Date },
): Promise<void> {
  const repair = await store.lockRepair(tx, 'staff', id)
  if (repair?.state !== from || repair.stateSince > before) return
  const timer: Acting = { userId: null, side: 'system', as: ['timer'], scope: 'staff', requestId: null, at }
  await moveRepair(tx, timer, { before: repair, now: repair }, { to, reason: null })
}

/** One step of a locked repair, from its standing `now` (with what the request settles): row, line, events, audit. */
async function moveRepair(
  tx: Tx<Database>,
  acting: Acting,
  { before, now }: { before: Repair; now: Repair },
  asked: Move,
): Promise<Repair> {
  const { state, returnState, says } = move(now, asked, acting.as)
  const { at } = acting
  const after = await store.saveRepair(tx, {
    ...now,
    state,
    returnState,
    stateSince: at,
    submittedAt: state === 'submitted' ? (now.submittedAt ?? at) : now.submittedAt,
    finishedAt: isFinal(state) ? at : null,
  })
  const { id: repairId, accountId, deviceId, number } = after
  const line = { repairId, kind: 'step', visibility: 'public', verb: says[0] ?? null } as const
  await store.insertEntry(tx, { ...line, from: before.state, to: state, text: asked.reason, ...actorOf(acting) })
  for (const verb of says)
    await emit(
      tx,
      `repair.${verb}`,
      repairId,
      { repairId, accountId, deviceId, number, from: before.state, state },
      { at },
    )
  await writeAudit(tx, acting, `repair.${says[0]}`, { before, after })
  return after
}

/** A repair in somebody's scope, locked, in the version they have seen; else they are shown it as it is now. */
async function seen(tx: Tx<Database>, { scope, side, as }: Acting, id: number, version: number): Promise<Repair> {
  const repair = await store.lockRepair(tx, scope, id)
  if (!repair) throw new Refusal('not_found')
  if (repair.version === version) return repair
  throw new Refusal('version_conflict', { current: side === 'staff' ? staffView(repair, as) : customerView(repair) })
}

const actorOf = ({ userId, side, requestId, at }: Acting) => ({ actorId: userId, actorSide: side, requestId, at })

async function writeAudit(
  tx: Tx<Database>,
  { userId, requestId, at }: Acting,
  action: string,
  { before, after }: { before?: Repair; after: Repair },
): Promise<void> {
  const actor = userId === null ? ('system' as const) : { userId }
  const what = { action, objectType: 'repair', objectId: after.id, accountId: after.accountId }
  const change = { ...(before && { before }), after }
  await audit(tx, { actor, ...what, ...change, requestId: requestId ?? undefined, at })
}
