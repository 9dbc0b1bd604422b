import { bounded, type Engine } from '../call.ts'

/** What an engine can do and enforce; shown to operators and asked by placement. */
export type Capabilities = {
  engineVersion: string
  cgroupVersion: string
  storageDriver: string
  userNamespaces: boolean
  seccomp: boolean
  liveRestore: boolean
  pidsLimit: boolean
  cpuLimit: boolean
  /** A disk limit needs XFS with project quota under overlay2. */
  diskQuota: boolean
  runtimes: string[]
  /** References of the images of ours that it holds. */
  images: string[]
}

export type Probe = { cores: number; memoryMib: number; capabilities: Capabilities }

type EngineFacts = {
  NCPU: number
  MemTotal: number
  ServerVersion: string
  CgroupVersion?: string
  Driver: string
  DriverStatus?: [string, string][]
  SecurityOptions?: string[]
  LiveRestoreEnabled?: boolean
  PidsLimit?: boolean
  CPUCfsQuota?: boolean
  Runtimes?: Record<string, unknown>
}

/** Asks an engine what it is. Throws when it does not answer. */
export async function probe(engine: Engine): Promise<Probe> {
  // The types of the client do not know that this call can be given up; it can.
  const docker = engine.docker as unknown as { info(options: { abortSignal: AbortSignal }): Promise<EngineFacts> }
  const facts = await bounded(engine, abortSignal => docker.info({ abortSignal }))
  const images = await bounded(engine, abortSignal => engine.docker.listImages({ abortSignal }))
  const secures = (word: string): boolean =>
    (facts.SecurityOptions ?? []).some(option => option.includes(`name=${word}`))
  const filesystem = (facts.DriverStatus ?? []).find(([key]) => key === 'Backing Filesystem')?.[1]
  return {
    cores: facts.NCPU,
    memoryMib: Math.floor(facts.MemTotal / 1024 / 1024),
    capabilities: {
      engineVersion: facts.ServerVersion,
      cgroupVersion: facts.CgroupVersion ?? '1',
      storageDriver: facts.Driver,
      userNamespaces: secures('userns'),
      seccomp: secures('seccomp'),
      liveRestore: facts.LiveRestoreEnabled === true,
      pidsLimit: facts.PidsLimit !== false,
      cpuLimit: facts.CPUCfsQuota !== false,
      diskQuota: facts.Driver === 'overlay2' && filesystem === 'xfs',
      runtimes: Object.keys(facts.Runtimes ?? {}),
      images: images.flatMap(image => image.RepoTags ?? []).filter(tag => tag.startsWith('sahary/')),
    },
  }
}
