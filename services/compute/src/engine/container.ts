import type { VmSpec } from '@sahary/contracts/vm'

/** What a container is made from; nothing a customer typed reaches the engine but the name of the host and its keys. */
export type ContainerPlan = {
  name: string
  hostname: string
  reference: string
  networkName: string
  address: string
  spec: Pick<VmSpec, 'vcpus' | 'memoryMib'>
  processes: number
  capped: boolean
  labels: Labels
}

export const labelNames = {
  installation: 'sahary.installation',
  vm: 'sahary.vm',
  account: 'sahary.account',
  incarnation: 'sahary.incarnation',
} as const
export type Labels = Record<(typeof labelNames)[keyof typeof labelNames], string>

/** The nine that an SSH server and ordinary programs need; NET_RAW stays out, it can forge addresses. */
const capabilities = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'SETUID',
  'SETGID',
  'KILL',
  'NET_BIND_SERVICE',
  'SYS_CHROOT',
  'AUDIT_WRITE',
]

/** What a capped VM keeps of its processors. */
const cappedShare = 0.5
/** Seconds from the stop signal to the kill. */
export const stopGraceS = 10

/** Processor limit in billionths of a core. */
export const nanoCpusOf = (vcpus: number, capped: boolean): number => vcpus * 1e9 * (capped ? cappedShare : 1)
export const memoryBytesOf = (memoryMib: number): number => memoryMib * 1024 * 1024

/** The engine's body for a new VM: an allow-list, written out whole: no field of a customer is ever copied through. */
export function containerBody(plan: ContainerPlan) {
  const memory = memoryBytesOf(plan.spec.memoryMib)
  return {
    name: plan.name,
    Image: plan.reference,
    Hostname: plan.hostname,
    Labels: plan.labels,
    StopSignal: 'SIGTERM',
    StopTimeout: stopGraceS,
    HostConfig: {
      CapDrop: ['ALL'],
      CapAdd: capabilities,
      SecurityOpt: ['no-new-privileges'],
      Privileged: false,
      Memory: memory,
      // Equal to the memory: no swap.
      MemorySwap: memory,
      NanoCpus: nanoCpusOf(plan.spec.vcpus, plan.capped),
      PidsLimit: plan.processes,
      Tmpfs: { '/run': 'rw,nosuid,nodev,mode=755,size=16m' },
      // The reconciler alone restarts: the engine would revive what the battery cannot carry.
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '2' } },
      Init: true,
      NetworkMode: plan.networkName,
    },
    NetworkingConfig: {
      EndpointsConfig: { [plan.networkName]: { IPAMConfig: { IPv4Address: plan.address } } },
    },
  }
}

/** The engine's name of one of our networks. */
export const networkName = (networkId: number): string => `sahary-net-${networkId}`

/** The engine's body for a network: IPv4, a subnet of its own, nothing attached by the platform. */
export const networkBody = (name: string, subnet: string, installation: string) => ({
  Name: name,
  Driver: 'bridge',
  CheckDuplicate: true,
  EnableIPv6: false,
  IPAM: { Driver: 'default', Config: [{ Subnet: subnet }] },
  Labels: { [labelNames.installation]: installation },
})
