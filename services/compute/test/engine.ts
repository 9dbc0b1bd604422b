import { resolve } from 'node:path'
import { ownDocker, testDocker } from '@sahary/testing/docker'
import { buildImage } from '@sahary/vm-images/build'
import type Docker from 'dockerode'
import { openEngine } from '../src/engine/store.ts'

const cache = resolve(import.meta.dirname, '../../../.sahary/test/vm-images')

/** A real engine with the tiny image: the one that DOCKER_HOST names, else one of this test file's own. */
export const testEngine = async () => withImage(await testDocker())

/** An engine of this test file's own, to be hurt: `kept` is its process. */
export const ownEngine = async () => withImage(await ownDocker())

/** Builds Debian for an engine, which says nothing while it unpacks it. */
export const withDebian = (docker: Docker) => buildImage('debian-12', docker, cache)

async function withImage<E extends { address: string }>(engine: E): Promise<E & { docker: Docker }> {
  const { docker } = openEngine(engine.address, 5000)
  await buildImage('tiny', docker, cache)
  return { ...engine, docker }
}
