import { resolve } from 'node:path'
import { testDocker } from '@sahary/testing/docker'
import Docker from 'dockerode'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildImage, referenceOf } from '../src/build.ts'
import { isImageName, recipeHash } from '../src/recipe.ts'

const cache = resolve(import.meta.dirname, '../../../.sahary/test/vm-images')
let docker: Docker
let engine: Awaited<ReturnType<typeof testDocker>>

beforeAll(async () => {
  engine = await testDocker()
  docker = new Docker({ socketPath: new URL(engine.address).pathname })
})
afterAll(() => engine?.stop())

describe('the tiny image', () => {
  it('is built from Debian packages, and not again while its recipe is the same', async () => {
    const recipe = await recipeHash('tiny')
    expect(await buildImage('tiny', docker, cache)).toMatchObject({ reference: 'sahary/tiny:current', recipe })
    expect(await buildImage('tiny', docker, cache)).toMatchObject({ built: false })
    const image = await docker.getImage(referenceOf('tiny')).inspect()
    expect(image.Config.Labels).toEqual({ 'sahary.recipe': recipe })
    expect(image.Size).toBeLessThan(32 * 1024 * 1024)
  })

  it('holds no host key, and nobody’s password', async () => {
    await buildImage('tiny', docker, cache)
    const container = await docker.createContainer({ Image: referenceOf('tiny') })
    try {
      for (const path of ['/etc/dropbear', '/etc/sahary/ssh_host_key.pub', '/root/.ssh'])
        await expect(container.getArchive({ path }), path).rejects.toMatchObject({ statusCode: 404 })
      const passwd = await new Response((await container.getArchive({ path: '/etc/passwd' })) as never).text()
      expect(passwd).toContain('root:*:0:0:')
    } finally {
      await container.remove()
    }
  })
})

it('an image has a name that this folder knows', () => {
  expect(isImageName('tiny')).toBe(true)
  expect(isImageName('windows')).toBe(false)
})
