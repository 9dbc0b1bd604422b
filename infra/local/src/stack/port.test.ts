import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freePort, holdDrawn } from './port.ts'
import { openState } from './state.ts'

test('platforms that want one port at the same moment get one each, and one of them the one it wanted', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sahary-port-'))
  const wish = await freePort()
  const holds = await Promise.all(
    Array.from({ length: 12 }, (_, n) => {
      const drawn = openState(join(dir, String(n)))
      return holdDrawn(() => drawn.port('gateway', wish))
    }),
  )
  const ports = holds.map(({ port }) => port)
  expect(new Set(ports).size).toBe(12)
  expect(ports.filter(port => port === wish)).toHaveLength(1)
  await Promise.all(holds.map(({ free }) => free()))
  rmSync(dir, { recursive: true })
})
