import { Id } from '@sahary/contracts/fields'
import { SupplyClass } from '@sahary/contracts/ladder'
import { memberOf } from '@sahary/http/access'
import { dataOf } from '@sahary/http/answer'
import { IdempotencyHeaders, idempotent } from '@sahary/http/idempotency'
import type { Server } from '@sahary/http/server'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import { doerOf } from '../vms/doer.ts'
import { VmView, viewOfVm } from '../vms/view.ts'
import { VmName } from '../vms/vm.ts'
import { rent } from './actions.ts'

const NewVm = z.strictObject({
  name: VmName,
  vmType: z.string().min(1).max(40),
  image: z.string().min(1).max(40),
  supplyClass: SupplyClass,
  /** At least one: a key is the only way in. */
  sshKeyIds: z.array(Id).min(1).max(20),
  siteId: Id.optional(),
  /** Run once at first boot when it begins with `#!`. */
  userData: z.string().max(32_768).optional(),
})
/** Renting a VM. */
export function rentalRoutes(app: Server, { db, clock, hints, networkPool }: Deps): void {
  const create = { summary: 'Rent a VM', headers: IdempotencyHeaders, body: NewVm, response: { 201: dataOf(VmView) } }
  app.post('/api/customer/vms', { schema: create }, async (request, reply) => {
    const by = doerOf(memberOf(request), request.id, clock.now())
    const answer = await idempotent(db, request, async tx => {
      const { vm, action } = await rent(tx, by, request.body, networkPool)
      return { status: 201 as const, body: { data: viewOfVm(vm, [action]) } }
    })
    hints.add(answer.body.data.id)
    return reply.code(answer.status).send(answer.body)
  })
}
