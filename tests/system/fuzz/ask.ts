import { createHmac, randomUUID } from 'node:crypto'
import type { Case } from './cases.ts'
import type { Operation } from './description.ts'
import { current, thingAt } from './known.ts'
import { endless } from './values.ts'
import type { World } from './world.ts'

export type Answer = { status: number; type: string; headers: Headers; body: unknown }

/** Makes a request exactly as a case says; every one ends within 30 s. */
export async function ask(world: World, operation: Operation, asked: Case): Promise<Answer> {
  const body = await written(world, operation, asked)
  const all: Record<string, string> = {
    'accept-language': asked.language,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...credentials(world, asked, body ?? ''),
    ...asked.headers,
  }
  const response = await fetch(world.platform.gatewayUrl + asked.path, {
    method: asked.method,
    headers: Object.entries(all).filter(([, value]) => value !== ''),
    ...(body === undefined ? {} : { body }),
    redirect: 'manual',
    signal: AbortSignal.timeout(30_000),
  })
  const type = response.headers.get('content-type') ?? ''
  return { status: response.status, type, headers: response.headers, body: await read(response, type) }
}

/** A stream never ends by itself; that it begins is enough. */
async function read(response: Response, type: string): Promise<unknown> {
  if (type.startsWith('text/event-stream')) return response.body?.cancel()
  const text = await response.text()
  return /json/.test(type) ? JSON.parse(text) : text
}

async function written(world: World, operation: Operation, { path, body }: Case): Promise<string | undefined> {
  if (body === undefined || typeof body === 'string') return body
  const { version = 1 } = (JSON.stringify(body).includes(current) && (await thingAt(world, operation, path))) || {}
  return jsonOf(body, version)
}

/** A body as JSON, with what stands for a value that is known only now, or that no program can hold. */
export const jsonOf = (body: unknown, version: number | string): string =>
  JSON.stringify(body).replaceAll(`"${endless}"`, '1e999').replaceAll(`"${current}"`, String(version))

function credentials({ persons, platform }: World, { who }: Case, body: string): Record<string, string> {
  if (who === 'nobody') return {}
  if (who !== 'network') return { authorization: `Bearer ${persons[who].accessToken}` }
  // By the specification of Standard Webhooks, as the card network signs.
  const [id, at] = [randomUUID(), String(Math.floor(Date.now() / 1000))]
  const secret = Buffer.from(platform.env('billing').PAYMENTS_WEBHOOK_SECRET!.replace('whsec_', ''), 'base64')
  const signature = createHmac('sha256', secret).update(`${id}.${at}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` }
}
