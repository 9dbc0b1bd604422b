import type Docker from 'dockerode'
import { execa } from 'execa'
import { finished } from './engine.ts'

/** Builds an image from a folder with a Dockerfile on `node`, by the engine's own builder. */
export async function buildOn(docker: Docker, node: string, { folder, tag }: { folder: string; tag: string }) {
  const context = execa('tar', ['-C', folder, '-cf', '-', '.'], { encoding: 'buffer', buffer: false })
  // Nothing is fetched while it builds; an engine of ours has no network to give either.
  const options = { t: tag, buildargs: { NODE_IMAGE: node }, networkmode: 'none', forcerm: true }
  await Promise.all([finished(docker, await docker.buildImage(context.stdout, options)), context])
}
