import { existsSync, globSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { writeToStream } from 'mqtt-packet'
import { giveTo, ownedFolder, runAs } from './account.ts'
import type { ContainerPlan } from './container.ts'
import { ensureCommand } from './install.ts'
import { dynamicSecurity, type MqttDevice } from './mosquitto-accounts.ts'
import { type Server, startServer } from './server.ts'

// It keeps a buffer for each of 65,536 numbers otherwise, some twenty megabytes, for rates that we never see.
writeToStream.cacheNumbers = false

export type MosquittoOptions = {
  dir: string
  /** Port for services of ours, and port for devices (where the user name is the client id). */
  port: number
  devicePort: number
  passwords: { admin: string; solar: string }
  /** Devices known before the very first start; later ones come through the control topic. */
  devices?: readonly MqttDevice[]
  logFile: string
  pidFile: string
}

export const mqttUrl = (options: Pick<MosquittoOptions, 'port' | 'passwords'>, user: 'admin' | 'solar'): string =>
  `mqtt://${user}:${options.passwords[user]}@127.0.0.1:${options.port}`

/** Starts mosquitto on loopback: nobody anonymous, one account and one role per device, small messages only. */
export async function startMosquitto(options: MosquittoOptions): Promise<Server> {
  const command = await ensureCommand('mosquitto', 'mosquitto')
  const user = await runAs('mosquitto')
  const dir = ownedFolder(options.dir, user)
  const accounts = accountsIn(dir)
  if (!existsSync(accounts)) {
    writeFileSync(accounts, accountsOf(options), { mode: 0o600 })
    giveTo(accounts, user)
  }
  const file = join(dir, 'mosquitto.conf')
  const listeners = [`${options.port} 127.0.0.1`, `${options.devicePort} 127.0.0.1`]
  writeFileSync(file, configuration({ dir, listeners, plugin: pluginHere() }), { mode: 0o600 })
  giveTo(file, user)
  return startServer({
    name: 'mosquitto',
    command,
    args: ['-c', file],
    isUnique: true,
    logFile: options.logFile,
    pidFile: options.pidFile,
    user,
    ready: () => admits(mqttUrl(options, 'admin')),
    stopSignal: 'SIGTERM',
    stopWithinMs: 5_000,
  })
}

/** True when the broker lets this URL in. */
export async function admits(url: string): Promise<boolean> {
  try {
    const client = await connectAsync(url, { connectTimeout: 2_000, reconnectPeriod: 0 }, false)
    await client.endAsync(true)
    return true
  } catch {
    return false
  }
}

/** The same broker as a container. */
export const mosquittoInside = (options: Omit<MosquittoOptions, 'dir' | 'logFile' | 'pidFile'>): ContainerPlan => {
  const dir = '/mosquitto/data'
  const plugin = '/usr/lib/mosquitto_dynamic_security.so'
  return {
    server: 'mosquitto',
    command: ['mosquitto', '-c', '/settings/mosquitto.conf'],
    files: [
      { path: '/settings/mosquitto.conf', text: configuration({ dir, listeners: ['1883', '1884'], plugin }) },
      { path: accountsIn(dir), text: accountsOf(options), first: true },
    ],
    ports: [
      { inside: 1883, outside: options.port },
      { inside: 1884, outside: options.devicePort },
    ],
    store: dir,
    ready: () => admits(mqttUrl(options, 'admin')),
    stopWithinMs: 5_000,
  }
}

const accountsIn = (dir: string): string => join(dir, 'dynamic-security.json')

/** Who may sign in before the very first start. */
function accountsOf({ passwords, devices }: Pick<MosquittoOptions, 'passwords' | 'devices'>): string {
  const people = [
    { username: 'admin', password: passwords.admin, roles: ['admin'] },
    // Solar reads what devices say, and makes and removes their accounts.
    { username: 'solar', password: passwords.solar, roles: ['admin', 'ingest'] },
  ]
  return dynamicSecurity(people, devices)
}

function pluginHere(): string {
  const [plugin] = globSync('/usr/lib/{*/,}mosquitto_dynamic_security.so')
  if (!plugin) throw new Error('mosquitto has no dynamic security plugin; install a complete mosquitto package')
  return plugin
}

function configuration({ dir, listeners, plugin }: { dir: string; listeners: string[]; plugin: string }): string {
  return [
    'per_listener_settings false',
    ...listeners.map(listener => `listener ${listener}`),
    // A device cannot take over another's session by naming its client id.
    'use_username_as_clientid true',
    'allow_anonymous false',
    `plugin ${plugin}`,
    `plugin_opt_config_file ${accountsIn(dir)}`,
    'persistence true',
    `persistence_location ${dir}/`,
    'message_size_limit 65536',
    'max_packet_size 73728',
    'max_queued_messages 10000',
    'max_inflight_messages 200',
    'persistent_client_expiration 7d',
    'log_dest stderr',
    'log_timestamp_format %Y-%m-%dT%H:%M:%S',
    '',
  ].join('\n')
}
