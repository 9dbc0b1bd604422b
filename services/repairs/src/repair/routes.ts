import { Id, IdParams } from '@sahary/contracts/fields'
import { Refusal } from '@sahary/contracts/refusal'
import { transaction } from '@sahary/db/transaction'
import { memberOf } from '@sahary/http/access'
import { dataOf, pageOf } from '@sahary/http/answer'
import { IdempotencyHeaders, idempotent } from '@sahary/http/idempotency'
import { cutPage, decodeCursor, pageFields } from '@sahary/http/page'
import type { Server } from '@sahary/http/server'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import { deviceById } from '../device/store.ts'
import { changeDraft, customerActing, openRepair, transition } from './actions.ts'
import { repairBy, repairsIn, timelineOf } from './store.ts'
import { CustomerDetail, CustomerRepair, customerView, entryView, NewRepair, RepairChange, Transition } from './view.ts'

const path = '/api/customer/repairs'

/** The customer's side of repairs. */
export function repairRoutes(app: Server, deps: Deps): void {
  readRoutes(app, deps)
  writeRoutes(app, deps)
}

function readRoutes(app: Server, { db }: Deps): void {
  app.get(
    path,
    { schema: { querystring: z.strictObject(pageFields), response: { 200: pageOf(CustomerRepair) } } },
    async request => {
      const { limit, cursor } = request.query
      const scope = { accountId: memberOf(request).accountId }
      const page = { scope, state: undefined, most: limit + 1, beforeId: decodeCursor(cursor, Id) }
      const { rows, nextCursor } = cutPage(await repairsIn(db, page), limit, repair => repair.id)
      return { data: rows.map(customerView), meta: { nextCursor } }
    },
  )

  app.get(`${path}/:id`, { schema: { params: IdParams, response: { 200: dataOf(CustomerDetail) } } }, async request => {
    const repair = await repairBy(db, { accountId: memberOf(request).accountId }, request.params.id)
    if (!repair) throw new Refusal('not_found')
    const device = repair.deviceId === null ? null : await deviceById(db, repair.deviceId)
    const timeline = (await timelineOf(db, repair.id, 'customer')).map(entry => entryView(entry, 'customer'))
    return { data: { ...customerView(repair), device, timeline } }
  })
}

function writeRoutes(app: Server, { db, clock }: Deps): void {
  const acting = (request: FastifyRequest) => customerActing(memberOf(request), request.id, clock.now())
  const one = { params: IdParams, response: { 200: dataOf(CustomerRepair) } }

  app.post(
    path,
    { schema: { headers: IdempotencyHeaders, body: NewRepair, response: { 201: dataOf(CustomerRepair) } } },
    async (request, reply) => {
      const answer = await idempotent(db, request, async tx => {
        const repair = await openRepair(tx, acting(request), request.body)
        return { status: 201, body: { data: customerView(repair) } } as const
      })
      return reply.code(answer.status).send(answer.body)
    },
  )

  app.patch(`${path}/:id`, { schema: { ...one, body: RepairChange } }, async request => {
    const repair = await transaction(db, tx => changeDraft(tx, acting(request), request.params.id, request.body))
    return { data: customerView(repair) }
  })

  app.post(`${path}/:id/transitions`, { schema: { ...one, body: Transition } }, async request => {
    const repair = await transaction(db, tx => transition(tx, acting(request), request.params.id, request.body))
    return { data: customerView(repair) }
  })
}
