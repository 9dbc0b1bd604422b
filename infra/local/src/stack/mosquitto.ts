import { existsSync, globSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { giveTo, ownedFolder, runAs } from './account.ts'
import { ensureCommand } from './install.ts'
import { dynamicSecurity, type MqttDevice } from './mosquitto-accounts.ts'
import { type Server, startServer } from './server.ts'

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
  const accounts = join(dir, 'dynamic-security.json')
  if (!existsSync(accounts)) {
    const people = [
      { username: 'admin', password: options.passwords.admin, roles: ['admin'] },
      // Solar reads what devices say, and makes and removes their accounts.
      { username: 'solar', password: options.passwords.solar, roles: ['admin', 'ingest'] },
    ]
    writeFileSync(accounts, dynamicSecurity(people, options.devices), { mode: 0o600 })
    giveTo(accounts, user)
  }
  const file = join(dir, 'mosquitto.conf')
  writeFileSync(file, configuration(dir, accounts, options), { mode: 0o600 })
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

function configuration(dir: string, accounts: string, options: MosquittoOptions): string {
  const [plugin] = globSync('/usr/lib/{*/,}mosquitto_dynamic_security.so')
  if (!plugin) throw new Error('mosquitto has no dynamic security plugin; install a complete mosquitto package')
  return [
    'per_listener_settings false',
    `listener ${options.port} 127.0.0.1`,
    `listener ${options.devicePort} 127.0.0.1`,
    // A device cannot take over another's session by naming its client id.
    'use_username_as_clientid true',
    'allow_anonymous false',
    `plugin ${plugin}`,
    `plugin_opt_config_file ${accounts}`,
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
