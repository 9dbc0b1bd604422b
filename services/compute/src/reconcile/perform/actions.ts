import type { Kysely } from 'kysely'
import type { Database } from '../../app.ts'
import type { Engine } from '../../engine/call.ts'
import { type ContainerPlan, networkName } from '../../engine/container.ts'
import { putFirstFiles, readHostKey } from '../../engine/files/store.ts'
import {
  createContainer,
  ensureNetwork,
  limitContainer,
  removeContainer,
  restartContainer,
  startContainer,
  stopContainer,
  unpauseContainer,
} from '../../engine/store.ts'
import { parseSshKey } from '../../keys/ssh-key.ts'
import { keysOfVm } from '../../keys/store.ts'
import { subnetOf } from '../../networks/store.ts'
import { containerOf, desiredOf, type Vm } from '../../vms/vm.ts'
import type { Step } from '../step.ts'

type Means = { db: Kysely<Database>; engine: Engine; installation: string; processes: number; reference: string }

const planOf = (vm: Vm, { installation, processes, reference }: Means): ContainerPlan => ({
  name: containerOf(vm),
  hostname: vm.name,
  reference,
  networkName: networkName(vm.networkId),
  address: vm.address,
  spec: vm,
  processes,
  capped: vm.cpuCapped,
  labels: {
    'sahary.installation': installation,
    'sahary.vm': String(vm.id),
    'sahary.account': String(vm.accountId),
    'sahary.incarnation': String(vm.incarnation),
  },
})

/** The container and the network it stands in. */
async function create(means: Means, vm: Vm): Promise<void> {
  const { db, engine, installation } = means
  await ensureNetwork(engine, networkName(vm.networkId), await subnetOf(db, vm.networkId), installation)
  await createContainer(engine, planOf(vm, means))
}

/** Before its first start a VM gets its owner's keys; later they are its owner's own affair. */
async function start({ db, engine }: Means, vm: Vm): Promise<void> {
  const name = containerOf(vm)
  if (vm.bootedAt === null)
    await putFirstFiles(engine, name, { authorizedKeys: await keysOfVm(db, vm.id), userData: vm.userData })
  await startContainer(engine, name)
}

/** The fingerprint of the host key, or null while the VM has not made one that can be read. */
async function hostKey({ engine }: Means, vm: Vm): Promise<string | null> {
  const line = await readHostKey(engine, containerOf(vm))
  const key = line === null ? null : parseSshKey(line)
  return key !== null && 'fingerprint' in key ? key.fingerprint : null
}

/** Takes one step at the engine, safe to repeat. Gives the host key's fingerprint where the step was to read it. */
export async function perform(means: Means, vm: Vm, step: Step): Promise<string | null> {
  const { engine } = means
  const name = containerOf(vm)
  const { nanoCpus, memoryBytes } = desiredOf(vm)
  switch (step.do) {
    case 'create':
      await create(means, vm)
      break
    case 'start':
      await start(means, vm)
      break
    case 'unpause':
      await unpauseContainer(engine, name)
      break
    case 'limit':
      await limitContainer(engine, name, nanoCpus, memoryBytes)
      break
    case 'restart':
      await restartContainer(engine, name)
      break
    case 'stop':
      await stopContainer(engine, name)
      break
    case 'remove':
      await removeContainer(engine, name)
      break
    case 'read_host_key':
      return hostKey(means, vm)
  }
  return null
}
