import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type ServiceName, serviceNames } from '@sahary/contracts/services'
import { root } from '../root.ts'
import type { ComputeHost, StackServer } from '../stack/stack.ts'
import { roleUrl } from '../stack/stack.ts'
import type { Drawn } from '../stack/state.ts'
import type { ProcessName } from './processes.ts'

/** The servers that programs talk to. */
export type Servers = {
  postgres: StackServer
  nats: StackServer & { urlOf: (user: ServiceName) => string }
  redis: StackServer
  mosquitto: StackServer & { device: { host: string; port: number } }
  compute: ComputeHost
}

/** A program's own two ports. */
export type Ports = { api: number; ops: number }

const local = (port: number): string => `http://127.0.0.1:${port}`
const upper = (name: string): string => name.toUpperCase()

/** Everything the platform can tell one of its programs, by the names that `config.ts` files use. */
export function offeredTo(
  name: ProcessName,
  {
    servers,
    ports,
    drawn,
    dir,
    simulated,
  }: {
    servers: Servers
    ports: Record<string, Ports>
    drawn: Drawn
    dir: string
    simulated: boolean
  },
): Record<string, string | undefined> {
  const isService = (serviceNames as readonly string[]).includes(name)
  const service = name as ServiceName
  const gateway = local(ports.gateway!.api)
  const { compute, mosquitto } = servers
  const files = join(dir, 'files', name)
  if (isService) mkdirSync(files, { recursive: true, mode: 0o700 })
  return {
    HOST: '127.0.0.1',
    PORT: String(ports[name]?.api),
    OPS_PORT: String(ports[name]?.ops),
    ...(isService && {
      DATABASE_URL: roleUrl(servers.postgres.url, service, drawn.secret(`database ${service}`)),
      NATS_URL: servers.nats.urlOf(service),
    }),
    ...addresses(ports),
    JWKS_URL: `${local(ports.identity!.api)}/.well-known/jwks.json`,
    CLOCK: simulated ? 'simulated' : 'real',
    LOG_LEVEL: 'info',
    // The sandbox stands for somebody else's site: people reach it at its own address.
    PUBLIC_URL: name === 'payments' ? local(ports.payments!.api) : gateway,
    REDIS_URL: servers.redis.url,
    MQTT_URL: mosquitto.url,
    MQTT_DEVICE_HOST: mosquitto.device.host,
    MQTT_DEVICE_PORT: String(mosquitto.device.port),
    MQTT_DEVICE_URL: `mqtt://${mosquitto.device.host}:${mosquitto.device.port}`,
    DOCKER_HOST: 'engine' in compute ? compute.engine.host : undefined,
    VM_NETWORK_POOL: 'engine' in compute ? compute.pool : undefined,
    PORTAL_DIR: join(root, 'services/portal/dist'),
    FILES_URL: `file://${files}`,
    FILES_DIR: files,
    ...secrets(drawn),
    COOKIE_SECURE: 'false',
    SIMULATOR_BOOK: join(dir, 'simulator.json'),
    // A minute of the demonstration is an hour of the roof.
    CLOCK_RATE: simulated ? '60' : undefined,
    // It begins before sunrise in Cairo, today.
    CLOCK_START: simulated ? `${new Date().toISOString().slice(0, 10)}T03:30:00Z` : undefined,
    PAYMENTS_BOOK: join(dir, 'payments.json'),
    PAYMENTS_PUBLIC_URL: local(ports.payments!.api),
    PAYMENTS_WEBHOOK_URL: `${gateway}/webhooks/payments/sandbox`,
  }
}

/** `<NAME>_URL` and `<NAME>_OPS_URL` of every program. */
function addresses(ports: Record<string, Ports>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(ports).flatMap(([name, { api, ops }]) => [
      [`${upper(name)}_URL`, local(api)],
      [`${upper(name)}_OPS_URL`, local(ops)],
    ]),
  )
}

function secrets(drawn: Drawn): Record<string, string> {
  return {
    PAYMENTS_WEBHOOK_SECRET: `whsec_${Buffer.from(drawn.secret('PAYMENTS_WEBHOOK_SECRET'), 'hex').toString('base64')}`,
    FIRST_ADMIN_IDENTIFIER: admin(drawn).identifier,
    FIRST_ADMIN_PASSWORD: admin(drawn).password,
  }
}

/** The first administrator, made at the first start. */
export const admin = (drawn: Drawn): { identifier: string; password: string } => ({
  identifier: 'admin@sahary.test',
  password: drawn.secret('first admin').slice(0, 20),
})
