import { Id, IdParams, Instant } from '@sahary/contracts/fields'
import { transaction } from '@sahary/db/transaction'
import { callerOf } from '@sahary/http/access'
import { dataOf } from '@sahary/http/answer'
import { IdempotencyHeaders, idempotent } from '@sahary/http/idempotency'
import type { Server } from '@sahary/http/server'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import { measures } from '../format/format.ts'
import { vendors } from '../format/formats.ts'
import { observe } from '../live/observe.ts'
import { loadSites } from '../live/store.ts'
import { siteOf } from '../site/actions.ts'
import { createInverter } from './actions.ts'
import { credentialsOf } from './credential.ts'
import { type Inverter, NewInverter } from './inverter.ts'
import { invertersOf } from './store.ts'

const InverterAnswer = z.object({
  inverterId: Id,
  siteId: Id,
  vendor: z.enum(vendors),
  name: z.string(),
  serial: z.string(),
  ratedW: z.int(),
  measures: z.array(z.enum(measures)),
  settings: z.object({ firmware: z.string().optional(), loadMeter: z.string().optional() }),
  deviceId: Id.nullable(),
  credentialReady: z.boolean().describe('False for the moment until the broker knows the password.'),
  createdAt: Instant,
})
const Live = z.object({
  online: z.boolean(),
  cause: z.enum(['night', 'silence', 'unreachable']).nullable(),
  seenAt: Instant.nullable(),
})
const Created = InverterAnswer.extend({
  credentials: z
    .object({ username: z.string(), password: z.string(), topicPrefix: z.string() })
    .describe('For the MQTT settings of the device. Shown now and never again.'),
})

const answerOf = (inverter: Inverter): z.infer<typeof InverterAnswer> => {
  const { credentialVersion: _, ...shown } = inverter
  return { ...shown, createdAt: inverter.createdAt.toISOString() }
}

/** The devices of a site: list with their presence, and add with credentials that are shown once. */
export function inverterRoutes(app: Server, { db, clock, deviceKey }: Deps): void {
  app.get(
    '/api/admin/sites/:id/inverters',
    {
      schema: {
        summary: "A site's inverters, and whether they speak",
        params: IdParams,
        response: { 200: dataOf(z.array(InverterAnswer.extend({ live: Live }))) },
      },
    },
    async request => {
      const siteId = request.params.id
      await transaction(db, tx => siteOf(tx, siteId))
      const [stored] = await loadSites(db, [siteId])
      const devices = stored ? observe(stored, clock.now(), clock.rate()).devices : []
      const rows = await invertersOf(db, siteId)
      return {
        data: rows.map(row => {
          const device = devices.find(one => one.inverterId === row.inverterId)
          const { online = false, cause = null } = device?.presence ?? {}
          return { ...answerOf(row), live: { online, cause, seenAt: device?.seenAt?.toISOString() ?? null } }
        }),
      }
    },
  )

  app.post(
    '/api/admin/sites/:id/inverters',
    {
      schema: {
        summary: 'Add an inverter; its MQTT credentials are in the answer and nowhere else',
        params: IdParams,
        headers: IdempotencyHeaders,
        body: NewInverter,
        response: { 201: dataOf(Created) },
      },
    },
    async (request, reply) => {
      const answer = await idempotent(db, request, async tx => {
        const doing = { actor: callerOf(request), requestId: request.id, at: clock.now() }
        const inverter = await createInverter(tx, request.params.id, request.body, doing)
        return { status: 201 as const, body: { inverter: answerOf(inverter), version: inverter.credentialVersion } }
      })
      const { inverter, version } = answer.body
      // The stored answer is without the password; it is derived again for whoever repeats the same request.
      const credentials = credentialsOf(deviceKey, inverter.inverterId, version)
      return reply.code(answer.status).send({ data: { ...inverter, credentials } })
    },
  )
}
