import { pbkdf2Sync, randomBytes } from 'node:crypto'

export type MqttAccount = { username: string; password: string; roles: string[] }
export type MqttDevice = { id: string; password: string }

type Acl = { acltype: string; topic: string; priority: number; allow: boolean }

const allow = (acltype: string, topic: string): Acl => ({ acltype, topic, priority: 0, allow: true })
const control = '$CONTROL/dynamic-security/#'

/** The role of one device: its own topics, both ways. `%u` in a role's pattern is literal, hence one role per device. */
export const deviceRole = (id: string): { rolename: string; acls: Acl[] } => ({
  rolename: `device-${id}`,
  acls: ['publishClientSend', 'publishClientReceive', 'subscribePattern'].map(kind => allow(kind, `devices/${id}/#`)),
})

/**
 * The state file of mosquitto's dynamic security before the first start: administrators, the ingester, devices.
 * The broker keeps it up to date itself once it runs.
 */
export function dynamicSecurity(accounts: readonly MqttAccount[], devices: readonly MqttDevice[] = []): string {
  const everyone = [
    ...accounts,
    ...devices.map(({ id, password }) => ({ username: id, password, roles: [deviceRole(id).rolename] })),
  ]
  return JSON.stringify({
    defaultACLAccess: {
      publishClientSend: false,
      publishClientReceive: false,
      subscribe: false,
      unsubscribe: true,
    },
    clients: everyone.map(client),
    groups: [],
    roles: [
      {
        rolename: 'admin',
        acls: ['publishClientSend', 'publishClientReceive', 'subscribePattern'].map(kind => allow(kind, control)),
      },
      {
        rolename: 'ingest',
        acls: [
          allow('subscribePattern', 'devices/#'),
          allow('publishClientReceive', 'devices/#'),
          allow('publishClientSend', 'devices/#'),
        ],
      },
      ...devices.map(({ id }) => deviceRole(id)),
    ],
  })
}

/** As the plugin stores it: PBKDF2 with SHA-512, 64 bytes. Our passwords are random, so few rounds do. */
function client({ username, password, roles }: MqttAccount): Record<string, unknown> {
  const salt = randomBytes(12)
  const iterations = 101
  return {
    username,
    roles: roles.map(rolename => ({ rolename })),
    password: pbkdf2Sync(password, salt, iterations, 64, 'sha512').toString('base64'),
    salt: salt.toString('base64'),
    iterations,
  }
}
