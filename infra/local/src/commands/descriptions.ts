import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch } from '../platform/launch.ts'
import { reset } from '../platform/reset.ts'
import type { Put } from './generated.ts'

/** OpenAPI and AsyncAPI as a running platform describes itself. */
export async function generateDescriptions(put: Put): Promise<string[]> {
  const dir = mkdtempSync(join(tmpdir(), 'sahary-gen-'))
  const platform = await launch({ dir, engine: 'none' })
  try {
    const changed: string[] = []
    for (const name of ['openapi.json', 'asyncapi.json']) {
      const response = await fetch(`${platform.gatewayUrl}/api/${name}`, { signal: AbortSignal.timeout(15_000) })
      if (!response.ok) throw new Error(`/api/${name} answered ${response.status}`)
      const text = JSON.stringify(await response.json(), null, 2).replaceAll(
        platform.gatewayUrl,
        'http://127.0.0.1:8080',
      )
      changed.push(...put(`docs/generated/${name}`, `${text}\n`))
    }
    return changed
  } finally {
    await platform.stop()
    await reset(dir)
    rmSync(dir, { recursive: true, force: true })
  }
}
