import { Id, IdParams } from '@sahary/contracts/fields'
import { Refusal } from '@sahary/contracts/refusal'
import { transaction } from '@sahary/db/transaction'
import { memberOf } from '@sahary/http/access'
import { dataOf, pageOf } from '@sahary/http/answer'
import { localeOf } from '@sahary/http/locale'
import { cutPage, decodeCursor, pageFields } from '@sahary/http/page'
import type { Server } from '@sahary/http/server'
import { z } from 'zod'
import type { Deps } from '../../app.ts'
import { actionsOf } from '../../progress/store.ts'
import { power, remove } from '../actions.ts'
import { doerOf } from '../doer.ts'
import { findVm } from '../store.ts'
import { ActionView, viewOfAction } from '../view.ts'

const verbs = ['start', 'stop', 'reboot'] as const

/** What is done to a VM, and how far it is: each answer is an action to follow. */
export function powerRoutes(app: Server, { db, clock, hints }: Pick<Deps, 'db' | 'clock' | 'hints'>): void {
  for (const verb of verbs) {
    const schema = { summary: `${verb} a VM`, params: IdParams, response: { 202: dataOf(ActionView) } }
    app.post(`/api/customer/vms/:id/${verb}` as '/api/customer/vms/:id/start', { schema }, async (request, reply) => {
      const by = doerOf(memberOf(request), request.id, clock.now())
      const action = await transaction(db, tx => power(tx, by, request.params.id, verb))
      hints.add(action.vmId)
      return reply.code(202).send({ data: viewOfAction(action) })
    })
  }

  const gone = { summary: 'Delete a VM with its disk', params: IdParams, response: { 202: dataOf(ActionView) } }
  app.delete('/api/customer/vms/:id', { schema: gone }, async (request, reply) => {
    const by = doerOf(memberOf(request), request.id, clock.now())
    const action = await transaction(db, tx => remove(tx, by, request.params.id))
    hints.add(action.vmId)
    return reply.code(202).send({ data: viewOfAction(action) })
  })

  const list = {
    summary: 'What was done to a VM, newest first',
    params: IdParams,
    querystring: z.strictObject(pageFields),
    response: { 200: pageOf(ActionView) },
  }
  app.get('/api/customer/vms/:id/actions', { schema: list }, async request => {
    const vm = await findVm(db, request.params.id)
    // Also of a VM that is gone: a number once given out is never unknown.
    if (!vm || vm.accountId !== memberOf(request).accountId) throw new Refusal('not_found')
    const { limit, cursor } = request.query
    const actions = await actionsOf(db, vm.id, limit, decodeCursor(cursor, Id))
    const { rows, nextCursor } = cutPage(actions, limit, action => action.id)
    const locale = localeOf(request.headers['accept-language'], request.principal?.locale)
    return { data: rows.map(action => viewOfAction(action, locale)), meta: { nextCursor } }
  })
}
