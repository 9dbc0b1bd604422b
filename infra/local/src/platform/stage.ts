import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type ServiceName, serviceNames } from '@sahary/contracts/services'
import { root } from '../root.ts'
import { inputsOf } from './bundle.ts'
import { copyModules, outsideOf } from './modules.ts'
import { bundleOf, folderOf } from './processes.ts'

/** What has an image of its own: the services, and the jobs of a deployment. */
export type Imaged = ServiceName | 'operations'
export const imaged: readonly Imaged[] = [...serviceNames, 'operations']

/** The folder from which an image is built: its Dockerfile, and in `app` what the image holds. */
export const stageOf = (name: Imaged): string => join(root, 'dist', name)

/** A file or folder of the tree, and its place in the image. */
type Placed = [from: string, to: string]

const everyService: readonly Placed[] = [['infra/docker/health.js', 'health.js']]
/** What lies beside a bundle, in the place where the bundle looks for it. */
const beside: Partial<Record<Imaged, readonly Placed[]>> = {
  billing: [['services/billing/templates', 'templates']],
  gateway: [['services/portal/dist', 'portal']],
  operations: [
    ['packages/db/migrations', 'migrations/spine'],
    ...serviceNames.map((service): Placed => [`services/${service}/migrations`, `migrations/${service}`]),
  ],
}

/** Gathers what an image holds, once its bundle and the portal have been built. */
export function stage(name: Imaged): void {
  const draft = `${stageOf(name)}.${process.pid}`
  const app = join(draft, 'app')
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(app, { recursive: true })
  const isService = name !== 'operations'
  const dockerfile = isService ? 'infra/docker/service.Dockerfile' : 'infra/operations/Dockerfile'
  cpSync(join(root, dockerfile), join(draft, 'Dockerfile'))
  cpSync(dirname(bundleOf(name)), join(app, 'dist'), { recursive: true })
  writeFileSync(join(app, 'package.json'), '{ "type": "module" }\n')
  for (const [from, to] of [...(isService ? everyService : []), ...(beside[name] ?? [])])
    cpSync(join(root, from), join(app, to), { recursive: true })
  copyModules(folderOf(name), outsideOf(folderOf(name), inputsOf(name)), app)
  rmSync(stageOf(name), { recursive: true, force: true })
  renameSync(draft, stageOf(name))
}
