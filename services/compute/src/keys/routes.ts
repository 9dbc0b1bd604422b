import { Id, IdParams, Instant } from '@sahary/contracts/fields'
import { transaction } from '@sahary/db/transaction'
import { memberOf } from '@sahary/http/access'
import { dataOf, pageOf } from '@sahary/http/answer'
import { IdempotencyHeaders, idempotent } from '@sahary/http/idempotency'
import { cutPage, decodeCursor, pageFields } from '@sahary/http/page'
import type { Server } from '@sahary/http/server'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import { doerOf } from '../vms/doer.ts'
import { addKey, removeKey } from './actions.ts'
import { listKeys, type StoredKey } from './store.ts'

const SshKey = z.object({
  id: Id,
  name: z.string(),
  publicKey: z.string(),
  fingerprint: z.string(),
  createdAt: Instant,
})
const NewSshKey = z.strictObject({
  /** Without spaces around it, line breaks or other control characters. */
  name: z
    .string()
    .min(1)
    .max(100)
    .regex(/^(?!\s)[^\p{Cc}]+(?<!\s)$/u),
  publicKey: z.string().min(1).max(16_384),
})

const viewOf = (key: StoredKey) => ({ ...key, createdAt: key.createdAt.toISOString() })

/** The account's SSH keys. */
export function keyRoutes(app: Server, { db, clock }: Pick<Deps, 'db' | 'clock'>): void {
  const list = { querystring: z.strictObject(pageFields), response: { 200: pageOf(SshKey) } }
  app.get('/api/customer/ssh-keys', { schema: list }, async request => {
    const { limit, cursor } = request.query
    const keys = await listKeys(db, memberOf(request).accountId, limit, decodeCursor(cursor, Id))
    const { rows, nextCursor } = cutPage(keys, limit, key => key.id)
    return { data: rows.map(viewOf), meta: { nextCursor } }
  })

  const create = { headers: IdempotencyHeaders, body: NewSshKey, response: { 201: dataOf(SshKey) } }
  app.post('/api/customer/ssh-keys', { schema: create }, async (request, reply) => {
    const by = doerOf(memberOf(request), request.id, clock.now())
    const answer = await idempotent(db, request, async tx => ({
      status: 201 as const,
      body: { data: viewOf(await addKey(tx, by, request.body)) },
    }))
    return reply.code(answer.status).send(answer.body)
  })

  const remove = { params: IdParams, response: { 204: z.null() } }
  app.delete('/api/customer/ssh-keys/:id', { schema: remove }, async (request, reply) => {
    const by = doerOf(memberOf(request), request.id, clock.now())
    await transaction(db, tx => removeKey(tx, by, request.params.id))
    return reply.code(204).send(null)
  })
}
