import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { serviceNames } from '@sahary/contracts/services'
import { kubectlPath } from '@sahary/local/stack/kubectl'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { files, read, root } from './tree.ts'

type Resource = {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string }
  spec?: { template?: { spec?: PodSpec }; jobTemplate?: { spec: { template: { spec: PodSpec } } } }
}
type PodSpec = {
  securityContext?: { runAsNonRoot?: boolean }
  terminationGracePeriodSeconds?: number
  containers: Container[]
  initContainers?: Container[]
}
type Container = {
  name: string
  image: string
  resources?: { requests?: object; limits?: object }
  securityContext?: {
    capabilities?: { drop?: string[] }
    allowPrivilegeEscalation?: boolean
    readOnlyRootFilesystem?: boolean
  }
  livenessProbe?: object
  readinessProbe?: object
  startupProbe?: object
}

const overlays = [
  ...new Set(
    files
      .map(path => /^k8s\/overlays\/[^/]+(?=\/kustomization\.yaml$)/.exec(path)?.[0])
      .filter(path => path !== undefined),
  ),
]
const kubectl = await kubectlPath()
const render = (folder: string): Resource[] =>
  parseAllDocuments(execFileSync(kubectl, ['kustomize', join(root, folder)], { encoding: 'utf8' })).map(
    document => document.toJS() as Resource,
  )

/** Checks a resource against the published schema of its kind. */
async function faultsOf(resource: Resource): Promise<string[]> {
  const group = resource.apiVersion.replace('.k8s.io', '')
  const model = (await import(/* @vite-ignore */ `kubernetes-models/${group}/${resource.kind}`)) as Record<
    string,
    new (
      json: Resource,
    ) => { validate(): void }
  >
  try {
    new model[resource.kind]!(resource).validate()
    return []
  } catch (error) {
    return [`${resource.kind}/${resource.metadata.name}: ${String(error)}`]
  }
}

describe.each(overlays)('%s', folder => {
  const resources = render(folder)
  const deployments = resources.filter(resource => resource.kind === 'Deployment')

  it('renders objects that the API accepts', async () => {
    expect((await Promise.all(resources.map(faultsOf))).flat()).toEqual([])
  })

  it('runs every service and nothing else of ours', () => {
    expect(deployments.map(resource => resource.metadata.name).sort()).toEqual([...serviceNames].sort())
  })

  it('gives every container of ours limits, probes and no power', () => {
    for (const { spec } of deployments) {
      const pod = spec!.template!.spec!
      expect(pod.securityContext?.runAsNonRoot).toBe(true)
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(25)
      for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
        expect(container.resources?.requests).toBeDefined()
        expect(container.resources?.limits).toBeDefined()
        expect(container.securityContext).toMatchObject({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        })
      }
      for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const)
        expect(pod.containers[0]![probe]).toBeDefined()
    }
  })

  it('makes the schemas before a roll-out and compares the books every night, without power', () => {
    const jobs = resources.filter(({ kind }) => kind === 'Job' || kind === 'CronJob')
    expect(jobs.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual([
      'CronJob reconcile',
      'Job migrate',
    ])
    for (const { spec } of jobs) {
      const pod = (spec!.template?.spec ?? spec!.jobTemplate!.spec.template.spec)!
      expect(pod.securityContext?.runAsNonRoot).toBe(true)
      expect(pod.containers[0]).toMatchObject({
        image: 'sahary/operations',
        resources: { requests: expect.anything(), limits: expect.anything() },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      })
    }
    const migrate = JSON.stringify(jobs.find(({ metadata }) => metadata.name === 'migrate'))
    for (const service of serviceNames) expect(migrate).toContain(`${service.toUpperCase()}_DATABASE_URL`)
  })

  it('puts everything into one namespace', () => {
    for (const { kind, metadata } of resources) if (kind !== 'Namespace') expect(metadata.namespace).toBe('sahary')
  })
})

describe('docker-compose.yml', () => {
  const compose = parse(read('docker-compose.yml'), { merge: true }) as {
    services: Record<
      string,
      {
        image: string
        cap_drop?: string[]
        volumes?: string[]
        privileged?: boolean
        depends_on?: Record<string, { condition: string }>
      }
    >
  }

  it('runs every service, by image name and without power', () => {
    for (const name of serviceNames) {
      expect(compose.services[name]?.image).toBe(`sahary/${name}`)
      expect(compose.services[name]?.cap_drop).toEqual(['ALL'])
      expect(compose.services[name]?.privileged).toBeUndefined()
    }
  })

  it('gives the engine to compute alone', () => {
    const holders = Object.entries(compose.services).filter(([, service]) =>
      service.volumes?.some(volume => volume.includes('docker.sock')),
    )
    expect(holders.map(([name]) => name)).toEqual(['compute'])
  })

  it('depends only on what it runs', () => {
    for (const { depends_on = {} } of Object.values(compose.services))
      for (const name of Object.keys(depends_on)) expect(compose.services).toHaveProperty(name)
  })

  it('starts a service only when its schema has been made', () => {
    for (const name of serviceNames)
      expect(compose.services[name]?.depends_on?.migrate).toEqual({ condition: 'service_completed_successfully' })
  })

  it('and the cluster set nothing that no service reads', () => {
    const names = (path: string) => [...read(path).matchAll(/^([A-Z][A-Z_]+)=/gm)].map(match => match[1])
    const known = names('.env.example')
    expect(names('k8s/base/platform.env').filter(name => !known.includes(name))).toEqual([])
  })
})
