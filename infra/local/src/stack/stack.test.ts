import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bringEngine } from './stack.ts'
import { openState } from './state.ts'

const elsewhere = 'tcp://127.0.0.1:2375'
let dir: string
let told: string[]
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sahary-stack-'))
  told = []
})
afterEach(() => rmSync(dir, { recursive: true }))

const bring = (env: NodeJS.ProcessEnv) =>
  bringEngine({ dir, drawn: openState(dir), env: { DOCKER_HOST: elsewhere, ...env }, tell: line => told.push(line) })

test('an engine whose VMs cannot be kept from its host is not offered, and serves servers alone', async () => {
  expect(await bring({})).toEqual({
    why: expect.stringMatching(/VMs could reach this host: the engine is elsewhere .*ACCEPT_OPEN_HOST=true/),
    beside: expect.objectContaining({ host: elsewhere }),
  })
})

test('a person may accept it, and is told', async () => {
  expect(await bring({ ACCEPT_OPEN_HOST: 'true' })).toMatchObject({ engine: { host: elsewhere } })
  expect(told).toEqual(['VMs can reach this host: the engine is elsewhere'])
  expect(await bring({ ACCEPT_OPEN_HOST: 'yes' })).toHaveProperty('why')
})
