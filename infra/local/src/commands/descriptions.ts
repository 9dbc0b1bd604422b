import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { serviceNames } from '@sahary/contracts/services'
import { launch } from '../platform/launch.ts'
import { reset } from '../platform/reset.ts'
import type { Put } from './generated.ts'

/** OpenAPI and AsyncAPI as a platform describes itself; on a simulated clock, which has routes of its own. */
export async function generateDescriptions(put: Put): Promise<string[]> {
  const dir = mkdtempSync(join(tmpdir(), 'sahary-gen-'))
  const platform = await launch({ dir, engine: 'none', clock: 'simulated' })
  try {
    return await describedBy(platform.gatewayUrl, put)
  } finally {
    await platform.stop()
    await reset(dir)
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Puts what the platform behind `gatewayUrl` says of itself. */
export async function describedBy(gatewayUrl: string, put: Put): Promise<string[]> {
  const documents = { 'openapi.json': await wholeApi(gatewayUrl), 'asyncapi.json': await ask(gatewayUrl, 'asyncapi') }
  return Object.entries(documents).flatMap(([name, document]) => {
    const text = JSON.stringify(document, null, 2).replaceAll(gatewayUrl, 'http://127.0.0.1:8080')
    return put(`docs/generated/${name}`, `${text}\n`)
  })
}

const patienceMs = 60_000

/** The gateway leaves out, for a moment, a service that was too busy to describe itself. */
async function wholeApi(gatewayUrl: string): Promise<object> {
  const began = performance.now()
  for (;;) {
    const document = (await ask(gatewayUrl, 'openapi')) as { tags: { name: string }[] }
    const missing = serviceNames.filter(name => !document.tags.some(tag => tag.name === name))
    if (missing.length === 0) return document
    if (performance.now() - began > patienceMs) throw new Error(`${missing.join(', ')} did not describe themselves`)
    await setTimeout(1_000)
  }
}

async function ask(gatewayUrl: string, name: string): Promise<object> {
  const response = await fetch(`${gatewayUrl}/api/${name}.json`, { signal: AbortSignal.timeout(15_000) })
  if (!response.ok) throw new Error(`/api/${name}.json answered ${response.status}`)
  return (await response.json()) as object
}
