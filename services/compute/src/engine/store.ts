import Docker from 'dockerode'
import type { Observed } from '../reconcile/step.ts'
import { alreadyDone, bounded, type Engine, statusOf, unreachable } from './call.ts'
import { type ContainerPlan, containerBody, labelNames, networkBody, stopGraceS } from './container.ts'

/** Opens an engine by its address (`unix:///…` or `tcp://host:port`); nothing is sent yet. */
export function openEngine(address: string, boundMs: number): Engine {
  const url = new URL(address)
  const docker =
    url.protocol === 'unix:'
      ? new Docker({ socketPath: url.pathname })
      : new Docker({ protocol: 'http', host: url.hostname, port: Number(url.port) })
  return { docker, boundMs }
}

/** What the engine has under `name`; `unknown` when it does not answer. */
export async function observe(engine: Engine, name: string, installation: string): Promise<Observed> {
  try {
    const seen = await bounded(engine, abortSignal => engine.docker.getContainer(name).inspect({ abortSignal }))
    return {
      kind: 'present',
      ours: seen.Config.Labels[labelNames.installation] === installation,
      state: seen.State.Status as Extract<Observed, { kind: 'present' }>['state'],
      run: seen.State.StartedAt,
      finishedAt: instantOf(seen.State.FinishedAt),
      exitCode: seen.State.ExitCode,
      outOfMemory: seen.State.OOMKilled,
      nanoCpus: seen.HostConfig.NanoCpus ?? 0,
      memoryBytes: seen.HostConfig.Memory ?? 0,
    }
  } catch (fault) {
    return statusOf(fault) === 404 ? { kind: 'absent' } : { kind: 'unknown' }
  }
}

/** The engine writes the year 1 for what has not been. */
const instantOf = (text: string): Date | null => (Date.parse(text) > 0 ? new Date(text) : null)

/** A container of this installation, as the engine's list shows it. */
export type Listed = { name: string; vmId: number; state: string }

/** Every container of this installation, running or not. Throws when the engine does not answer. */
export async function listContainers(engine: Engine, installation: string): Promise<Listed[]> {
  const filters = { label: [`${labelNames.installation}=${installation}`] }
  const all = await bounded(engine, abortSignal => engine.docker.listContainers({ all: true, filters, abortSignal }))
  return all.map(one => ({
    name: (one.Names[0] ?? '').replace(/^\//, ''),
    vmId: Number(one.Labels[labelNames.vm]),
    state: one.State,
  }))
}

/** Makes the account's network on this host; there already is as good. */
export async function ensureNetwork(engine: Engine, name: string, subnet: string, installation: string): Promise<void> {
  const body = networkBody(name, subnet, installation)
  await bounded(engine, abortSignal => engine.docker.createNetwork({ ...body, abortSignal })).catch(alreadyDone(409))
}

/** Removes one network, by its name. The engine refuses while anything stands in it. */
export async function removeNetwork(engine: Engine, name: string): Promise<void> {
  await bounded(engine, abortSignal => engine.docker.getNetwork(name).remove({ abortSignal })).catch(alreadyDone(404))
}

/** Makes a container that does not run yet; the same name is the same VM, so one that is there is adopted. */
export async function createContainer(engine: Engine, plan: ContainerPlan): Promise<void> {
  const body = containerBody(plan)
  await bounded(engine, abortSignal => engine.docker.createContainer({ ...body, abortSignal }), 20_000).catch(
    alreadyDone(409),
  )
}

const container = (engine: Engine, name: string) => engine.docker.getContainer(name)

export async function startContainer(engine: Engine, name: string): Promise<void> {
  await bounded(engine, abortSignal => container(engine, name).start({ abortSignal }), 10_000).catch(alreadyDone(304))
}

/** Asks to end, and ends by force after the grace. */
export async function stopContainer(engine: Engine, name: string): Promise<void> {
  const grace = stopGraceS * 1000
  await bounded(engine, abortSignal => container(engine, name).stop({ t: stopGraceS, abortSignal }), grace).catch(
    alreadyDone(304, 404),
  )
}

export async function restartContainer(engine: Engine, name: string): Promise<void> {
  const bound = stopGraceS * 1000 + 10_000
  await bounded(engine, abortSignal => container(engine, name).restart({ t: stopGraceS, abortSignal }), bound)
}

/** Lets a frozen one go on; the engine answers 500 when it was not frozen. */
export async function unpauseContainer(engine: Engine, name: string): Promise<void> {
  await bounded(engine, abortSignal => container(engine, name).unpause({ abortSignal })).catch(alreadyDone(500))
}

/** Changes the limits of a container, running or not. */
export async function limitContainer(engine: Engine, name: string, nanoCpus: number, memory: number): Promise<void> {
  const limits = { NanoCpus: nanoCpus, Memory: memory, MemorySwap: memory }
  await bounded(engine, abortSignal => container(engine, name).update({ ...limits, abortSignal }))
}

/** Removes one container, by its name, with its disk. Never forced: it must have been stopped. */
export async function removeContainer(engine: Engine, name: string): Promise<void> {
  await bounded(engine, abortSignal => container(engine, name).remove({ v: true, abortSignal }), 10_000).catch(
    alreadyDone(404),
  )
}

/** The processor time a running container has used in its present run, in nanoseconds; null when it does not run. */
export async function readCpuNs(engine: Engine, name: string): Promise<bigint | null> {
  const options = { stream: false as const, 'one-shot': true }
  try {
    const stats = await bounded(engine, abortSignal =>
      container(engine, name).stats({ ...options, abortSignal } as typeof options),
    )
    const used = stats.cpu_stats?.cpu_usage?.total_usage
    return typeof used === 'number' && stats.pids_stats?.current ? BigInt(Math.trunc(used)) : null
  } catch (fault) {
    if (statusOf(fault) === 404 || statusOf(fault) === 409) return null
    throw fault
  }
}

/**
 * Calls `heard` with the VM's id whenever something happened to a container of ours, until `stop` or the stream ends.
 * A hint only: the history is short, and none is kept over a restart of the engine.
 */
export async function followEvents(
  engine: Engine,
  installation: string,
  heard: (vmId: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const filters = { type: ['container'], label: [`${labelNames.installation}=${installation}`] }
  // The types of the client do not know that this call can be given up; it can.
  const asked = { filters, abortSignal: signal } as object
  const stream = await engine.docker.getEvents(asked).catch(fault => Promise.reject(unreachable(fault)))
  let rest = ''
  try {
    for await (const chunk of stream) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const vmId = /"sahary\.vm":"(\d+)"/.exec(line)?.[1]
        if (vmId !== undefined) heard(Number(vmId))
      }
    }
  } catch (fault) {
    throw unreachable(fault)
  }
}
