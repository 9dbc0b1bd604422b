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

/** What settings are made from. */
export type Offer = {
  servers: Servers
  ports: Record<string, Ports>
  drawn: Drawn
  dir: string
  /** Whether the business clock is simulated. */
  simulated: boolean
}

/** Everything the platform can tell one of its programs, by the names that `config.ts` files use. */
export function offeredTo(name: ProcessName, offer: Offer): Record<string, string | undefined> {
  const { ports, drawn } = offer
  const gateway = local(ports.gateway!.api)
  // The sandbox stands for somebody else's site: people reach it at its own address.
  const own = local(ports.payments!.api)
  return {
    HOST: '127.0.0.1',
    PORT: String(ports[name]?.api),
    OPS_PORT: String(ports[name]?.ops),
    LOG_LEVEL: 'info',
    ...addresses(ports),
    JWKS_URL: `${local(ports.identity!.api)}/.well-known/jwks.json`,
    PUBLIC_URL: name === 'payments' ? own : gateway,
    PAYMENTS_PUBLIC_URL: own,
    PAYMENTS_WEBHOOK_URL: `${gateway}/webhooks/payments/sandbox`,
    COOKIE_SECURE: 'false',
    ...(isService(name) && recordsOf(name, offer)),
    ...doorsOf(offer.servers),
    ...placesOf(name, offer.dir),
    ...secrets(drawn),
    ...clock(offer.simulated),
  }
}

const isService = (name: ProcessName): name is ServiceName => (serviceNames as readonly string[]).includes(name)

/** A service's own role in the database and its own user on the bus. */
const recordsOf = (service: ServiceName, { servers, drawn }: Offer): Record<string, string> => ({
  DATABASE_URL: roleUrl(servers.postgres.url, service, drawn.secret(`database ${service}`)),
  NATS_URL: servers.nats.urlOf(service),
})

const doorsOf = ({ redis, mosquitto, compute }: Servers): Record<string, string | undefined> => ({
  REDIS_URL: redis.url,
  MQTT_URL: mosquitto.url,
  MQTT_DEVICE_HOST: mosquitto.device.host,
  MQTT_DEVICE_PORT: String(mosquitto.device.port),
  MQTT_DEVICE_URL: `mqtt://${mosquitto.device.host}:${mosquitto.device.port}`,
  DOCKER_HOST: 'engine' in compute ? compute.engine.host : undefined,
  VM_NETWORK_POOL: 'engine' in compute ? compute.pool : undefined,
})

/** Where programs keep files; a service's own folder is made. */
function placesOf(name: ProcessName, dir: string): Record<string, string> {
  const files = join(dir, 'files', name)
  mkdirSync(files, { recursive: true, mode: 0o700 })
  return {
    FILES_URL: `file://${files}`,
    FILES_DIR: files,
    PORTAL_DIR: join(root, 'services/portal/dist'),
    PAYMENTS_BOOK: join(dir, 'payments.json'),
    SIMULATOR_BOOK: join(dir, 'simulator.json'),
  }
}

/** A minute of the demonstration is an hour of the roof; it begins before today's sunrise in Cairo. */
const clock = (simulated: boolean): Record<string, string> =>
  simulated
    ? { CLOCK: 'simulated', CLOCK_RATE: '60', CLOCK_START: `${new Date().toISOString().slice(0, 10)}T03:30:00Z` }
    : { CLOCK: 'real' }

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
