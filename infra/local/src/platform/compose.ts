import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { serviceNames } from '@sahary/contracts/services'
import { reconcilerRole } from '@sahary/db/reconciler'
import { urlField } from '@sahary/operations/config'
import { root } from '../root.ts'
import { mosquittoInside } from '../stack/mosquitto.ts'
import { natsInside, natsUsers } from '../stack/nats.ts'
import { redisInside } from '../stack/redis.ts'
import type { Drawn } from '../stack/state.ts'
import { admin } from './offered.ts'
import { askedOf, environmentFor, schemaOf } from './settings.ts'

/** The version of NATS that docker-compose.yml names; its configuration depends on it. Of another image nothing is known. */
const natsVersion = ({ NATS_IMAGE, NATS_SERVER }: NodeJS.ProcessEnv): string =>
  NATS_SERVER ?? (NATS_IMAGE ? '' : '2.12.0')
/** What only the operator knows: the card network, and where people reach the portal. */
const asked = ['PAYMENTS_URL', 'PAYMENTS_API_KEY', 'PAYMENTS_WEBHOOK_SECRET']

/** `NAME=value` lines as pairs. */
export const pairsOf = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/^([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name, value]) => [name!, value!]))

/**
 * What docker-compose.yml reads from `./secrets`, by file name: the servers' configurations, and of each service's
 * settings what `platform.env` does not say. `given` wins over what is drawn. Also names what nobody has given.
 */
export async function composeFiles(
  drawn: Drawn,
  given: NodeJS.ProcessEnv = {},
  /** bcrypt's, for the passwords in the configuration of NATS. */
  cost = 10,
): Promise<{ files: Record<string, string>; missing: string[] }> {
  const platform = pairsOf(readFileSync(join(root, 'k8s/base/platform.env'), 'utf8'))
  const files: Record<string, string> = await serverFiles(drawn, natsVersion(given), cost)
  for (const service of serviceNames) {
    const offered = { ...offeredIn(drawn, service), ...Object.fromEntries(asked.map(name => [name, ''])) }
    const secret = (field: string) => drawn.secret(field)
    const sources = { offered, given: { ...elsewhere(given), ...platform }, secret }
    const env = environmentFor(service, askedOf(await schemaOf(service)), sources)
    files[`${service}.env`] = linesOf(Object.entries(env).filter(([name]) => !(name in platform)))
  }
  const missing = asked.filter(name => !given[name])
  return { files, missing }
}

const postgres = (drawn: Drawn, role: string): string =>
  `postgres://${role}:${drawn.secret(role === 'postgres' ? role : `database ${role}`)}@postgres:5432/sahary`

const offeredIn = (drawn: Drawn, service: string): Record<string, string> => ({
  DATABASE_URL: postgres(drawn, service),
  NATS_URL: `nats://${service}:${drawn.secret(`nats ${service}`)}@nats:4222`,
  REDIS_URL: `redis://:${drawn.secret('redis')}@redis:6379`,
  MQTT_URL: `mqtt://solar:${drawn.secret('mqtt solar')}@mosquitto:1883`,
  DOCKER_HOST: 'unix:///var/run/docker.sock',
  VM_NETWORK_POOL: '10.90.0.0/16',
  FILES_URL: 'file:///documents',
  FIRST_ADMIN_IDENTIFIER: admin(drawn).identifier,
  FIRST_ADMIN_PASSWORD: admin(drawn).password,
})

/** The engine's socket has one place in its container, wherever it is outside. */
function elsewhere({ DOCKER_HOST, ...given }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return DOCKER_HOST && !DOCKER_HOST.startsWith('unix:') ? { ...given, DOCKER_HOST } : given
}

async function serverFiles(drawn: Drawn, version: string, cost: number): Promise<Record<string, string>> {
  const passwords = Object.fromEntries(natsUsers.map(user => [user, drawn.secret(`nats ${user}`)]))
  const image = { reference: 'nats', variables: { NATS_SERVER: version } }
  const nats = await natsInside(
    { port: 4222, passwords: passwords as Record<(typeof natsUsers)[number], string>, cost },
    image,
  )
  const redis = redisInside({ port: 6379, password: drawn.secret('redis') })
  const mqtt = { admin: drawn.secret('mqtt admin'), solar: drawn.secret('mqtt solar') }
  const mosquitto = mosquittoInside({ port: 1883, devicePort: 1884, passwords: mqtt })
  const named = [nats, redis, mosquitto].flatMap(({ files }) =>
    files.map(({ path, text }) => [path.split('/').at(-1), text]),
  )
  const roles = [...serviceNames.map(service => [urlField(service), postgres(drawn, service)] as [string, string])]
  return {
    ...Object.fromEntries(named),
    'postgres.env': linesOf([
      ['POSTGRES_DB', 'sahary'],
      ['POSTGRES_PASSWORD', drawn.secret('postgres')],
    ]),
    'operations.env': linesOf([
      ['ADMIN_DATABASE_URL', postgres(drawn, 'postgres')],
      ['RECONCILER_DATABASE_URL', postgres(drawn, reconcilerRole)],
      ...roles,
    ]),
  }
}

const linesOf = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([name, value]) => `${name}=${value}\n`).join('')
