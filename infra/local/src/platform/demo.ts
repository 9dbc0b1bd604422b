import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import ssh from 'ssh2'

/** Someone who rents on a demonstration's roof. */
export type Customer = { identifier: string; password: string; name: string; locale: 'ar' | 'en' }

/** Made-up people; their numbers belong to nobody. */
export const customers: readonly Customer[] = [
  { identifier: '01000000001', password: 'shams-al-nahar-2026', name: 'منى عبد الرحمن', locale: 'ar' },
  { identifier: 'omar@demo.sahary.test', password: 'shams-al-nahar-2026', name: 'Omar Nabil', locale: 'en' },
]

const servers = [
  { name: 'always', vmType: 'tiny-1', image: 'tiny', supplyClass: 'always_on' },
  { name: 'sunny', vmType: 'tiny-1', image: 'tiny', supplyClass: 'solar_only' },
]

/** Registers the customers and rents each a server of either class, through the outside door. Safe to repeat. */
export async function welcome(gatewayUrl: string, dir: string): Promise<{ keyFile: string }> {
  const { keyFile, publicKey } = demoKey(dir)
  for (const customer of customers) {
    const { identifier, password, name, locale } = customer
    const call = caller(gatewayUrl, `demo-${identifier}`)
    await call('POST', '/api/auth/register', { identifier, password, name, locale }).catch(isKnown)
    const { accessToken } = (await call('POST', '/api/auth/login', { identifier, password })) as { accessToken: string }
    const signedIn = caller(gatewayUrl, `demo-${identifier}`, accessToken)
    const vms = (await signedIn('GET', '/api/customer/vms')) as unknown[]
    if (vms.length > 0) continue
    const key = (await signedIn('POST', '/api/customer/ssh-keys', { name: 'demo', publicKey })) as { id: number }
    for (const server of servers) await signedIn('POST', '/api/customer/vms', { ...server, sshKeyIds: [key.id] })
  }
  return { keyFile }
}

/** How often a platform that is busy with its own start is asked again, a second after it has said so. */
const patience = 30

type Call = (method: string, path: string, body?: Record<string, unknown>) => Promise<unknown>

/** The same request of the same person carries the same key, so that a second demonstration repeats nothing. */
function caller(gatewayUrl: string, who: string, token?: string): Call {
  const send = (method: string, path: string, body?: Record<string, unknown>) =>
    fetch(gatewayUrl + path, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && {
          'content-type': 'application/json',
          'idempotency-key': `${who}${path}${body.name ?? ''}`.replace(/[^\w-]/g, '-'),
        }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    })
  return async (method, path, body) => {
    let response = await send(method, path, body)
    for (let tries = 1; response.status === 503 && tries < patience; tries++) {
      await pause(1_000)
      response = await send(method, path, body)
    }
    const answer = (await response.json()) as { data: unknown; code?: string }
    if (!response.ok) throw Object.assign(new Error(`${path}: ${response.status} ${answer.code}`), answer)
    return answer.data
  }
}

/** Registering someone who is there already is no failure. */
function isKnown(error: Error & { status?: number }): void {
  if (!/: 4(09|22) /.test(error.message)) throw error
}

function demoKey(dir: string): { keyFile: string; publicKey: string } {
  const keyFile = join(dir, 'demo', 'id_ed25519')
  if (!existsSync(keyFile)) {
    const pair = keyPair()
    mkdirSync(dirname(keyFile), { recursive: true, mode: 0o700 })
    writeFileSync(`${keyFile}.pub`, `${pair.public}\n`)
    writeFileSync(keyFile, pair.private, { mode: 0o600 })
  }
  return { keyFile, publicKey: readFileSync(`${keyFile}.pub`, 'utf8').trim() }
}

/** One in some 256 keys that ssh2 makes lacks a leading zero and is none: make another. */
function keyPair(): ReturnType<typeof ssh.utils.generateKeyPairSync> {
  const pair = ssh.utils.generateKeyPairSync('ed25519', { comment: 'demo' })
  return ssh.utils.parseKey(pair.public) instanceof Error ? keyPair() : pair
}
