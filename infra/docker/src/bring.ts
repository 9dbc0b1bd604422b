import type Docker from 'dockerode'
import { type Image, look, pull } from './engine.ts'
import { nodeImage } from './node.ts'
import { type BringOptions, buildOwn, currentOwn, type OwnImage } from './own.ts'
import { serversImage } from './servers.ts'

/** A server of the stack that can run as a container. */
export type ServerName = 'postgres' | 'nats' | 'redis' | 'mosquitto'
export const serverNames: readonly ServerName[] = ['postgres', 'nats', 'redis', 'mosquitto']

/** The variable that names another image, for sites that have their own; the published one; and what stands for it. */
const known: Record<ServerName | 'node', { variable: string; reference: string; own: OwnImage }> = {
  postgres: { variable: 'POSTGRES_IMAGE', reference: 'postgres:18', own: serversImage },
  nats: { variable: 'NATS_IMAGE', reference: 'nats:2.12-alpine', own: serversImage },
  redis: { variable: 'REDIS_IMAGE', reference: 'redis:7-alpine', own: serversImage },
  mosquitto: { variable: 'MOSQUITTO_IMAGE', reference: 'eclipse-mosquitto:2', own: serversImage },
  node: { variable: 'NODE_IMAGE', reference: 'node:24-slim', own: nodeImage },
}

export type ServerImage = Image

/** The variable that names a server's image. */
export const imageVariable = (server: ServerName): string => known[server].variable

/**
 * Makes sure that the engine has an image: the one that the environment names, else the published one, else one of our
 * own from Debian packages. Throws when the named one is neither there nor to be pulled.
 */
async function bring(docker: Docker, name: ServerName | 'node', options: BringOptions): Promise<Image> {
  const { variable, reference, own } = known[name]
  const asked = options.env[variable]
  const wanted = asked ?? reference
  const present = (await look(docker, wanted)) ?? (asked ? undefined : await currentOwn(docker, own))
  if (present) return present
  const pulled = await pull(docker, wanted, options.tell)
  if (pulled) return pulled
  if (asked) throw new Error(`${variable} names ${asked}, which the engine neither has nor can pull`)
  return buildOwn(docker, own, options)
}

/** An image of a server. */
export const bringServerImage = (docker: Docker, server: ServerName, options: BringOptions): Promise<Image> =>
  bring(docker, server, options)

/** The image with Node 24 that our services are built on. */
export const bringNodeImage = (docker: Docker, options: BringOptions): Promise<Image> => bring(docker, 'node', options)

/** True when the engine has the image or can get it from a registry. */
export const canHave = async (docker: Docker, reference: string, tell: (line: string) => void): Promise<boolean> =>
  ((await look(docker, reference)) ?? (await pull(docker, reference, tell))) !== undefined
