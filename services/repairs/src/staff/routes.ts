import { Id, IdParams } from '@sahary/contracts/fields'
import { Refusal } from '@sahary/contracts/refusal'
import { RepairState } from '@sahary/contracts/repair'
import { transaction } from '@sahary/db/transaction'
import { callerOf } from '@sahary/http/access'
import { dataOf, pageOf } from '@sahary/http/answer'
import { cutPage, decodeCursor, pageFields } from '@sahary/http/page'
import type { Server } from '@sahary/http/server'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import { deviceById } from '../device/store.ts'
import { staffActing, transition } from '../repair/actions.ts'
import { repairBy, repairsIn, timelineOf } from '../repair/store.ts'
import { entryView, StaffDetail, StaffRepair, StaffTransition, staffView } from '../repair/view.ts'

/** The staff's side of repairs: all that have been submitted. */
export function staffRoutes(app: Server, { db, clock }: Deps): void {
  const acting = (request: FastifyRequest) => staffActing(callerOf(request), request.id, clock.now())
  const path = '/api/admin/repairs'
  const Query = z.strictObject({ ...pageFields, state: RepairState.optional() })

  app.get(path, { schema: { querystring: Query, response: { 200: pageOf(StaffRepair) } } }, async request => {
    const { limit, cursor, state } = request.query
    const { as } = acting(request)
    const page = { scope: 'staff', state, most: limit + 1, beforeId: decodeCursor(cursor, Id) } as const
    const { rows, nextCursor } = cutPage(await repairsIn(db, page), limit, repair => repair.id)
    return { data: rows.map(repair => staffView(repair, as)), meta: { nextCursor } }
  })

  app.get(`${path}/:id`, { schema: { params: IdParams, response: { 200: dataOf(StaffDetail) } } }, async request => {
    const repair = await repairBy(db, 'staff', request.params.id)
    if (!repair) throw new Refusal('not_found')
    const device = repair.deviceId === null ? null : await deviceById(db, repair.deviceId)
    const timeline = (await timelineOf(db, repair.id, 'staff')).map(entry => entryView(entry, 'staff'))
    return { data: { ...staffView(repair, acting(request).as), device, timeline } }
  })

  app.post(
    `${path}/:id/transitions`,
    { schema: { params: IdParams, body: StaffTransition, response: { 200: dataOf(StaffRepair) } } },
    async request => {
      const who = acting(request)
      const repair = await transaction(db, tx => transition(tx, who, request.params.id, request.body))
      return { data: staffView(repair, who.as) }
    },
  )
}
