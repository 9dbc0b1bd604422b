import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '@sahary/local/root'
import { dockerAt } from '@sahary/local/stack/docker'
import { ensureCommand } from '@sahary/local/stack/install'
import { freePort } from '@sahary/local/stack/port'
import { ownDocker } from '@sahary/testing/docker'
import { ownFolder, sweep } from '@sahary/testing/folder'
import type Docker from 'dockerode'
import { execa } from 'execa'

/** What docker-compose.yml has brought up, seen from outside. */
export type Deployment = {
  /** The gateway's published port, and the broker's for devices. */
  gatewayUrl: string
  mqttUrl: string
  admin: { identifier: string; password: string }
  /** The database by its administrator. */
  adminUrl: () => Promise<string>
  /** Runs docker-compose and gives what it wrote; throws when it fails. */
  compose: (...args: string[]) => Promise<string>
  /** The container of a service, and its address, which this machine reaches because the engine is here. */
  container: (service: string) => Promise<Docker.ContainerInspectInfo>
  addressOf: (service: string) => Promise<string>
  /** What is there of the project, by kind. */
  left: () => Promise<{ containers: string[]; volumes: string[]; networks: string[] }>
  stop: () => Promise<void>
}

const project = 'sahary'
/** What only an operator knows. Nobody pays in this story. */
const card = {
  PAYMENTS_URL: 'https://cards.example',
  PAYMENTS_API_KEY: randomBytes(20).toString('hex'),
  PAYMENTS_WEBHOOK_SECRET: `whsec_${randomBytes(24).toString('base64')}`,
}

/**
 * Does what the head of docker-compose.yml says, up to the secrets, on an engine of its own. What is added to
 * the file is in settings.yml: no test can wait for the end of a month.
 */
export async function prepare(): Promise<Deployment> {
  const command = await ensureCommand('docker-compose', 'docker-compose')
  await sweep()
  const engine = await ownDocker('10.218.0.0/16')
  const dir = ownFolder('compose')
  const stop = async () => {
    await engine.stop()
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    const ports = { http: await freePort(), mqtt: await freePort() }
    const env = await settled(engine.address, dir, ports)
    const compose = async (...args: string[]) => (await execa(command, args, { cwd: root, env, all: true })).all
    const docker = dockerAt(engine.address)
    const container = (service: string) => containerOn(docker, service)
    const addressOf = async (service: string) =>
      Object.values((await container(service)).NetworkSettings.Networks)[0]!.IPAddress
    return {
      gatewayUrl: `http://127.0.0.1:${ports.http}`,
      mqttUrl: `mqtt://127.0.0.1:${ports.mqtt}`,
      admin: adminOf(readFileSync(join(dir, 'identity.env'), 'utf8')),
      adminUrl: async () => {
        const url = new URL(settingOf('ADMIN_DATABASE_URL', readFileSync(join(dir, 'operations.env'), 'utf8')))
        url.hostname = await addressOf('postgres')
        return url.href
      },
      compose,
      container,
      addressOf,
      left: () => leftOn(docker),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Makes images and secrets, and gives the environment in which docker-compose runs. */
async function settled(
  host: string,
  dir: string,
  ports: { http: number; mqtt: number },
): Promise<Record<string, string>> {
  const given = { DOCKER_HOST: host, VM_NETWORK_POOL: '10.219.0.0/16', ...card }
  const told = await ours('images', given)
  const images = [...told.matchAll(/^export (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value])
  const env = { ...given, ...Object.fromEntries(images) }
  await ours('secrets', env, dir)
  return {
    ...env,
    COMPOSE_PROJECT_NAME: project,
    COMPOSE_FILE: 'docker-compose.yml:tests/compose/settings.yml',
    SECRETS_DIR: dir,
    DOCKER_SOCKET: new URL(host).pathname,
    HTTP_PORT: `127.0.0.1:${ports.http}`,
    MQTT_PORT: `127.0.0.1:${ports.mqtt}`,
  }
}

/** Runs a command of ours as an operator types it, and gives what it wrote. */
async function ours(command: string, env: NodeJS.ProcessEnv, ...args: string[]): Promise<string> {
  const { stdout } = await execa('npm', ['run', '--silent', command, '--', ...args], { cwd: root, env })
  return stdout
}

const settingOf = (name: string, settings: string): string => new RegExp(`^${name}=(.+)$`, 'm').exec(settings)![1]!

const adminOf = (settings: string) => ({
  identifier: settingOf('FIRST_ADMIN_IDENTIFIER', settings),
  password: settingOf('FIRST_ADMIN_PASSWORD', settings),
})

async function containerOn(docker: Docker, service: string): Promise<Docker.ContainerInspectInfo> {
  const label = [`com.docker.compose.project=${project}`, `com.docker.compose.service=${service}`]
  const [found] = await docker.listContainers({ filters: { label } })
  return docker.getContainer(found!.Id).inspect()
}

async function leftOn(docker: Docker): Promise<{ containers: string[]; volumes: string[]; networks: string[] }> {
  const filters = { label: [`com.docker.compose.project=${project}`] }
  const containers = await docker.listContainers({ all: true, filters })
  const { Volumes } = await docker.listVolumes({ filters })
  const networks = await docker.listNetworks({ filters })
  return {
    containers: containers.map(({ Names }) => Names[0]!),
    volumes: Volumes.map(({ Name }) => Name),
    networks: networks.map(({ Name }) => Name),
  }
}
