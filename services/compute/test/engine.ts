import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { startEngine } from '@sahary/local/stack/docker'
import { ownFolder } from '@sahary/testing/folder'
import { buildImage } from '@sahary/vm-images/build'
import type Docker from 'dockerode'
import { openEngine } from '../src/engine/store.ts'

const cache = resolve(import.meta.dirname, '../../../.sahary/test/vm-images')

/** A real engine with the tiny image: the one that DOCKER_HOST names, else one of this test file's own. */
export async function testEngine(): Promise<{ address: string; docker: Docker; stop: () => Promise<void> }> {
  const { address, stop } = await given()
  const { docker } = openEngine(address, 5000)
  await buildImage('tiny', docker, cache)
  return { address, docker, stop }
}

async function given(): Promise<{ address: string; stop: () => Promise<void> }> {
  if (process.env.DOCKER_HOST) return { address: process.env.DOCKER_HOST, stop: async () => {} }
  const dir = ownFolder('docker')
  const engine = await startEngine({
    dir: join(dir, 'data'),
    runDir: `/run/sahary/t-${randomBytes(4).toString('hex')}`,
    pool: '10.216.0.0/16',
    logFile: name => join(dir, `${name}.log`),
    pidFile: name => join(dir, `${name}.pid`),
  })
  const stop = async () => {
    await engine.stop()
    rmSync(dir, { recursive: true, force: true })
  }
  return { address: engine.host, stop }
}
