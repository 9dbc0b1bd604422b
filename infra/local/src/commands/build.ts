import { bundleAll } from '../platform/bundle.ts'
import { bundlePortal } from '../platform/portal.ts'
import { programs } from '../platform/processes.ts'

/** `build`: one bundle per program and one for the jobs of a deployment, and the portal's files; what has not changed is kept. */
export async function run(): Promise<number> {
  const built = await bundleAll([...programs({ demo: true }), 'operations', 'local'])
  console.log(built.length > 0 ? `built ${built.join(', ')}` : 'every bundle is up to date')
  console.log(`portal: ${await bundlePortal()}`)
  return 0
}
