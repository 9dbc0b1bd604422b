import { bundleAll } from '../platform/bundle.ts'
import { bundlePortal } from '../platform/portal.ts'
import { programs } from '../platform/processes.ts'
import { imaged, stage } from '../platform/stage.ts'

/**
 * `build`: one bundle per program and one for the jobs of a deployment, and the portal's files; what has not changed is
 * kept. Then `dist/<name>`, from which an image is built.
 */
export async function run(): Promise<number> {
  const built = await bundleAll([...programs({ demo: true }), 'operations', 'local'])
  console.log(built.length > 0 ? `built ${built.join(', ')}` : 'every bundle is up to date')
  console.log(`portal: ${await bundlePortal()}`)
  for (const name of imaged) stage(name)
  console.log(`for images: dist/{${imaged.join(',')}}`)
  return 0
}
