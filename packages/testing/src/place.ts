import type { ServerImage } from '@sahary/docker/bring'
import { removeFolder } from '@sahary/local/stack/account'
import type { ContainerPlan } from '@sahary/local/stack/container'
import type { Server } from '@sahary/local/stack/server'
import { inject } from 'vitest'

/** Where one server of a test runs, and keeps over a stop what it has stored. */
export type Place = {
  start: () => Promise<Server>
  /** Throws away what it has stored; the next start begins anew. */
  clear: () => Promise<void>
}

/** The same server in two ways. */
export type Ways = {
  /** A name that no other test's server has. */
  name: string
  server: ContainerPlan['server']
  /** As a process of this machine, and the folders in which it keeps what it stores. */
  process: () => Promise<Server>
  folders: readonly string[]
  container: (image: ServerImage) => ContainerPlan | Promise<ContainerPlan>
}

/** A process of this machine; with TEST_STACK=containers a container. */
export function placeOf({ name, server, process, folders, container }: Ways): Place {
  const containers = inject('containers')
  if (!containers) return { start: process, clear: async () => folders.forEach(removeFolder) }
  // Loaded only here: Testcontainers brings a great deal.
  const runner = () => import('./containers.ts')
  return {
    start: async () => {
      const plan = await container(containers.images[server])
      return (await runner()).startTestContainer(containers, name, plan)
    },
    clear: async () => (await runner()).removeTestContainer(containers, name),
  }
}
