import { addressText, commonFields, numberText } from '@sahary/config/fragments'
import { z } from 'zod'
import type { HostSettings } from './app.ts'

/** The settings of compute. */
export const configSchema = z.object({
  ...commonFields,
  DOCKER_HOST: addressText('unix', 'tcp')
    .optional()
    .describe('The engine that this process drives; without one the service runs and has no host.'),
  ENGINE_TIMEOUT_MS: numberText(100, 60_000)
    .default(5000)
    .describe('How long a call to the engine may take, in real milliseconds.'),
  HOST_NAME: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,62}$/)
    .default('host-1')
    .describe('The name under which the engine joins as a host; the same name is the same host.'),
  SITE_ID: numberText(1, Number.MAX_SAFE_INTEGER).default(1).describe('The number of the site that powers the host.'),
  CPU_OVERCOMMIT: numberText(1, 32).default(4).describe('How many virtual processors are sold for each real one.'),
  HOST_RESERVED_MEMORY_MIB: numberText(0, 1_048_576)
    .default(2048)
    .describe('Memory of the host that is never sold, for the platform itself.'),
  HOST_DISK_GIB: numberText(1, 1_048_576).default(100).describe('Disk of the host that may be sold.'),
  VM_NETWORK_POOL: z
    .cidrv4()
    .default('10.214.0.0/16')
    .describe('Addresses of VMs; each account gets small networks out of it.'),
})
export type Config = z.infer<typeof configSchema>

/** The engine that this process drives and what its host may sell; null without an engine. */
export function hostOf(config: Config): HostSettings | null {
  if (config.DOCKER_HOST === undefined) return null
  return {
    engineAddress: config.DOCKER_HOST,
    engineBoundMs: config.ENGINE_TIMEOUT_MS,
    name: config.HOST_NAME,
    siteId: config.SITE_ID,
    cpuOvercommit: config.CPU_OVERCOMMIT,
    reservedMemoryMib: config.HOST_RESERVED_MEMORY_MIB,
    diskGib: config.HOST_DISK_GIB,
  }
}

/** Whose access tokens are believed. */
export const verifierOf = ({ JWKS_URL, TOKEN_ISSUER, TOKEN_AUDIENCE }: Config) => ({
  jwksUrl: JWKS_URL,
  issuer: TOKEN_ISSUER,
  audience: TOKEN_AUDIENCE,
})
