import { z } from 'zod'
import { Decimal, Id, Instant, Span } from '../fields.ts'
import { VmReason, VmSpec } from '../vm.ts'

const Vm = z.object({ vmId: Id, accountId: Id, siteId: Id, hostId: Id, name: z.string() })
const VmChange = Vm.extend({ reason: VmReason, spec: VmSpec })
const Host = z.object({ hostId: Id, siteId: Id, name: z.string() })

/** Said by compute. The envelope's `time` is when it happened, on the business clock. */
export const computeEvents = {
  'vm.created': VmChange.extend({ image: z.string() }),
  'vm.started': VmChange,
  'vm.stopped': VmChange,
  'vm.paused': VmChange,
  'vm.resumed': VmChange,
  'vm.resized': VmChange.extend({ from: VmSpec }),
  'vm.deleted': VmChange,
  'vm.failed': VmChange.extend({ code: z.string(), message: z.string() }),
  /**
   * One VM's use of its site's processors over one five-minute slot, in seconds of business time.
   * The site's own totals travel along, so that metering can share the measured energy without asking.
   */
  'vm.metered': Vm.omit({ name: true }).extend({
    ...Span.shape,
    cpuSeconds: Decimal,
    runningSeconds: Decimal,
    vcpus: z.int().positive(),
    siteCpuSeconds: Decimal,
    siteVcpus: z.int().positive(),
  }),
  'host.joined': Host.extend({ vcpus: z.int().positive(), memoryMib: z.int().positive(), diskGib: z.int().positive() }),
  'host.lost': Host.extend({ lastSeenAt: Instant }),
  'host.recovered': Host,
  'host.drained': Host,
}
