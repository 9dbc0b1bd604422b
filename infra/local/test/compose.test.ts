import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readConfig } from '@sahary/config/config'
import { serviceNames } from '@sahary/contracts/services'
import { migrateSchema, reconcileSchema } from '@sahary/operations/config'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { composeFiles, pairsOf } from '../src/platform/compose.ts'
import { schemaOf } from '../src/platform/settings.ts'
import { root } from '../src/root.ts'
import { openState } from '../src/stack/state.ts'

const card = {
  PAYMENTS_URL: 'https://cards.example',
  PAYMENTS_API_KEY: 'k'.repeat(40),
  PAYMENTS_WEBHOOK_SECRET: 'whsec_c2VjcmV0c2VjcmV0c2VjcmV0',
}
const platform = pairsOf(readFileSync(join(root, 'k8s/base/platform.env'), 'utf8'))
let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sahary-secrets-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))
/** With hashes that cost little. */
const filesFor = (given: NodeJS.ProcessEnv) => composeFiles(openState(dir), given, 4)

test('every service and job of docker-compose.yml gets settings that it accepts, the same each time', async () => {
  const { files, missing } = await filesFor(card)
  expect(missing).toEqual([])
  for (const service of serviceNames) {
    const settings = { ...platform, ...pairsOf(files[`${service}.env`]!) }
    const schema = await schemaOf(service)
    expect(() => readConfig(schema!, settings), service).not.toThrow()
  }
  for (const schema of [migrateSchema, reconcileSchema])
    expect(() => readConfig(schema, pairsOf(files['operations.env']!))).not.toThrow()
  const again = await filesFor(card)
  for (const name of Object.keys(files).filter(name => name.endsWith('.env')))
    expect(again.files[name]).toBe(files[name])
  const compose = readFileSync(join(root, 'docker-compose.yml'), 'utf8')
  const read = [...compose.matchAll(/secrets\}\/([\w.-]+)/g)].map(([, name]) => name)
  expect(read).toEqual(expect.arrayContaining(['postgres.env', 'nats.conf', 'gateway.env']))
  expect(read.filter(name => !(name! in files))).toEqual([])
  expect(parse(compose, { merge: true }).services).toBeDefined()
})

test('what only the operator knows is named and not invented', async () => {
  expect((await filesFor({})).missing).toEqual(Object.keys(card))
})

test('an engine of this machine is where docker-compose.yml puts its socket; another one is where the operator says', async () => {
  const compute = async (DOCKER_HOST: string) =>
    pairsOf((await filesFor({ ...card, DOCKER_HOST })).files['compute.env']!).DOCKER_HOST
  expect(await compute('unix:///elsewhere/docker.sock')).toBe('unix:///var/run/docker.sock')
  expect(await compute('tcp://vms.example:2375')).toBe('tcp://vms.example:2375')
})

test('NATS of an image that nobody knows is told nothing that only newer ones understand', async () => {
  const settings = async (given: NodeJS.ProcessEnv) => (await filesFor({ ...card, ...given })).files['nats.conf']
  expect(await settings({})).toContain('sync_interval: always')
  expect(await settings({ NATS_IMAGE: 'own/nats' })).not.toContain('sync_interval')
  expect(await settings({ NATS_IMAGE: 'own/nats', NATS_SERVER: '2.12.3' })).toContain('sync_interval: always')
})

test('NATS accepts its configuration', async () => {
  const { files } = await filesFor(card)
  const file = join(dir, 'nats.conf')
  // The server that Debian ships is older than the one that docker-compose.yml names, and does not know this word.
  const here = files['nats.conf']!.replace(', sync_interval: always', '').replaceAll('/store', join(dir, 'store'))
  writeFileSync(file, here)
  await promisify(execFile)('nats-server', ['-t', '-c', file])
})
