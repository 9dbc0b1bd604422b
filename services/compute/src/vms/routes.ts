import { Id, IdParams } from '@sahary/contracts/fields'
import { Refusal } from '@sahary/contracts/refusal'
import { transaction } from '@sahary/db/transaction'
import { memberOf } from '@sahary/http/access'
import { dataOf, pageOf } from '@sahary/http/answer'
import { cutPage, decodeCursor, pageFields } from '@sahary/http/page'
import type { Server } from '@sahary/http/server'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import { runningActions } from '../progress/store.ts'
import { rename } from './actions.ts'
import { doerOf } from './doer.ts'
import { findVm, listVms } from './store.ts'
import { VmView, viewOfVm } from './view.ts'
import { VmName } from './vm.ts'

const Rename = z.strictObject({ name: VmName, version: z.int().positive() })

/** The account's VMs: list, look at, rename. */
export function vmRoutes(app: Server, { db, clock }: Pick<Deps, 'db' | 'clock'>): void {
  const list = { summary: 'My VMs', querystring: z.strictObject(pageFields), response: { 200: pageOf(VmView) } }
  app.get('/api/customer/vms', { schema: list }, async request => {
    const { limit, cursor } = request.query
    const vms = await listVms(db, memberOf(request).accountId, limit, decodeCursor(cursor, Id))
    const { rows, nextCursor } = cutPage(vms, limit, vm => vm.id)
    const actions = await runningActions(
      db,
      rows.map(vm => vm.id),
    )
    return { data: rows.map(vm => viewOfVm(vm, actions)), meta: { nextCursor } }
  })

  const one = { summary: 'One of my VMs', params: IdParams, response: { 200: dataOf(VmView) } }
  app.get('/api/customer/vms/:id', { schema: one }, async request => {
    const vm = await findVm(db, request.params.id)
    if (!vm || vm.accountId !== memberOf(request).accountId || vm.deletedAt !== null) throw new Refusal('not_found')
    return { data: viewOfVm(vm, await runningActions(db, [vm.id])) }
  })

  const patch = { summary: 'Rename a VM', params: IdParams, body: Rename, response: { 200: dataOf(VmView) } }
  app.patch('/api/customer/vms/:id', { schema: patch }, async request => {
    const by = doerOf(memberOf(request), request.id, clock.now())
    return transaction(db, async tx => {
      const actions = await runningActions(tx, [request.params.id])
      const vm = await rename(tx, by, request.params.id, { ...request.body, current: seen => viewOfVm(seen, actions) })
      return { data: viewOfVm(vm, actions) }
    })
  })
}
