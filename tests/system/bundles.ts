import { bundleAll } from '@sahary/local/platform/bundle'
import { bundlePortal } from '@sahary/local/platform/portal'
import { programs } from '@sahary/local/platform/processes'

/** Once per run: what two platforms that start side by side would both build. */
export async function setup(): Promise<void> {
  await Promise.all([bundleAll(programs({ demo: false })), bundlePortal()])
}
