import { createHmac } from 'node:crypto'

/** What a device needs to sign in to the broker and where it may speak. */
export type Credentials = { username: string; password: string; topicPrefix: string }

/**
 * A device's credentials. The password is derived from our key, the device and the version of its credentials, so that
 * it is stored nowhere, a crash between our database and the broker is mended by doing it again, and it is shown once.
 */
export function credentialsOf(key: string, inverterId: number, version: number): Credentials {
  return {
    username: String(inverterId),
    password: createHmac('sha256', key).update(`inverter:${inverterId}:${version}`).digest('base64url'),
    topicPrefix: `devices/${inverterId}/`,
  }
}

type Acl = { acltype: string; topic: string; priority: number; allow: boolean }
export type BrokerCommand = Record<string, unknown> & { command: string }

const acl = (acltype: string, topic: string): Acl => ({ acltype, topic, priority: 0, allow: true })

/**
 * The commands of mosquitto's dynamic security that make a device's account: a role of its own (`%u` is literal in
 * role patterns), its client, and the password once more for an account that a crash left half made.
 */
export function accountCommands({ username, password, topicPrefix }: Credentials): BrokerCommand[] {
  const rolename = `device-${username}`
  const topic = `${topicPrefix}#`
  return [
    {
      command: 'createRole',
      rolename,
      acls: ['publishClientSend', 'publishClientReceive', 'subscribePattern'].map(kind => acl(kind, topic)),
    },
    { command: 'createClient', username, password, roles: [{ rolename, priority: 0 }] },
    { command: 'setClientPassword', username, password },
  ]
}

/** Asks for the names of every account. */
export const listCommand: BrokerCommand = { command: 'listClients' }

/** True when a command was done now or had been done before. */
export const isDone = (answer: { error?: string | undefined }): boolean =>
  answer.error === undefined || /already (exists|in this role)/i.test(answer.error)
