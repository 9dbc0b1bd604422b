import { Id, IdParams } from '@sahary/contracts/fields'
import { transaction } from '@sahary/db/transaction'
import { memberOf } from '@sahary/http/access'
import { dataOf, pageOf } from '@sahary/http/answer'
import { IdempotencyHeaders, idempotent } from '@sahary/http/idempotency'
import { cutPage, decodeCursor, pageFields } from '@sahary/http/page'
import type { Server } from '@sahary/http/server'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import { type Acting, changeDevice, registerDevice, retireDevice } from './actions.ts'
import { Device, DeviceChange, NewDevice } from './device.ts'
import { devicesOf } from './store.ts'

const Query = z.strictObject({ ...pageFields, retired: z.enum(['true', 'false']).default('false') })

export function deviceRoutes(app: Server, deps: Deps): void {
  readRoutes(app, deps)
  writeRoutes(app, deps)
}

function readRoutes(app: Server, { db }: Deps): void {
  app.get(
    '/api/customer/devices',
    { schema: { querystring: Query, response: { 200: pageOf(Device) } } },
    async request => {
      const { accountId } = memberOf(request)
      const { limit, cursor, retired } = request.query
      const page = { accountId, retired: retired === 'true', most: limit + 1, beforeId: decodeCursor(cursor, Id) }
      const { rows, nextCursor } = cutPage(await devicesOf(db, page), limit, device => device.id)
      return { data: rows, meta: { nextCursor } }
    },
  )
}

function writeRoutes(app: Server, { db, clock }: Deps): void {
  const acting = (request: FastifyRequest): Acting => {
    const { userId, accountId } = memberOf(request)
    return { userId, accountId, requestId: request.id, at: clock.now() }
  }

  app.post(
    '/api/customer/devices',
    { schema: { headers: IdempotencyHeaders, body: NewDevice, response: { 201: dataOf(Device) } } },
    async (request, reply) => {
      const answer = await idempotent(db, request, async tx => {
        const data = await registerDevice(tx, acting(request), request.body)
        return { status: 201, body: { data } } as const
      })
      return reply.code(answer.status).send(answer.body)
    },
  )

  app.patch(
    '/api/customer/devices/:id',
    { schema: { params: IdParams, body: DeviceChange, response: { 200: dataOf(Device) } } },
    async request => {
      const { id } = request.params
      return { data: await transaction(db, tx => changeDevice(tx, acting(request), id, request.body)) }
    },
  )

  app.delete(
    '/api/customer/devices/:id',
    { schema: { params: IdParams, response: { 204: z.undefined() } } },
    async (request, reply) => {
      await transaction(db, tx => retireDevice(tx, acting(request), request.params.id))
      return reply.code(204).send()
    },
  )
}
