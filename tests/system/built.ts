import { bundleAll } from '@sahary/local/platform/bundle'
import { bundlePortal } from '@sahary/local/platform/portal'
import { programs } from '@sahary/local/platform/processes'

/** Once per run, because files that run side by side would each build what their platforms have in common. */
export async function setup(): Promise<void> {
  await Promise.all([bundleAll(programs({ demo: false })), bundlePortal()])
}
