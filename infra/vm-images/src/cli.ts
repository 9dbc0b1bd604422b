import { parseArgs } from 'node:util'
import Docker from 'dockerode'
import { buildImage } from './build.ts'
import { imageNames, isImageName } from './recipe.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { cache: { type: 'string', default: '.sahary/vm-images' }, refresh: { type: 'boolean', default: false } },
})
const unknown = positionals.filter(name => !isImageName(name))
if (unknown.length > 0) {
  console.error(`unknown image: ${unknown.join(', ')}; there are ${imageNames.join(', ')}`)
  process.exit(2)
}

// Dockerode reads DOCKER_HOST itself.
const docker = new Docker()
for (const name of positionals.length > 0 ? positionals.filter(isImageName) : (['tiny'] as const)) {
  const { reference, recipe, built } = await buildImage(name, docker, values.cache, { refresh: values.refresh })
  console.log(`${reference} ${recipe.slice(0, 16)} ${built ? 'built' : 'is there already'}`)
}
