import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@sahary/testing/eventually'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { customers } from '../src/platform/demo.ts'
import { ensureCommand, isRoot } from '../src/stack/install.ts'
import { openCollector } from './collector.ts'
import { type Launcher, platformFolder, startLauncher, stateOf } from './launcher.ts'

const root = join(import.meta.dirname, '../../..')
const minutes = 60_000
const folder = platformFolder()
const home = mkdtempSync(join(tmpdir(), 'sahary-reader-'))
let collector: Awaited<ReturnType<typeof openCollector>>
let launcher: Launcher

beforeAll(async () => {
  collector = await openCollector()
})
afterAll(async () => {
  launcher?.process.kill('SIGTERM')
  await launcher?.ended
  collector.close()
  await folder.remove()
  rmSync(home, { recursive: true })
}, 2 * minutes)

async function call<T>(path: string, token?: string, body?: object): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${stateOf(folder.dir).ports.gateway}${path}`, {
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  })
  expect(response.ok, path).toBe(true)
  return ((await response.json()) as { data: T }).data
}

const signIn = async (identifier: string, password: string): Promise<string> =>
  (await call<{ accessToken: string }>('/api/auth/login', undefined, { identifier, password })).accessToken

/** Both inverters speak, and nobody else has been added. */
async function invertersSpeak(): Promise<void> {
  const [, password] = /^ {2}password +(\S+)$/m.exec(launcher.said())!
  const token = await signIn('admin@sahary.test', password!)
  const shown = () => call<{ vendor: string; live: { online: boolean } }[]>('/api/admin/sites/1/inverters', token)
  await eventually(
    async () => {
      const inverters = (await shown()).map(({ vendor, live }) => [vendor, live.online])
      expect(inverters.sort()).toEqual([
        ['opendtu', true],
        ['victron', true],
      ])
    },
    { withinMs: 2 * minutes, everyMs: 500 },
  )
}

// Its customers rent servers, and an engine of our own needs root.
test.runIf(isRoot())(
  'a demonstration has a sun, customers with servers, and what README says of it',
  {
    timeout: 8 * minutes,
  },
  async () => {
    launcher = await startLauncher(folder.dir, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }, ['--demo'])
    await invertersSpeak()
    await eventually(() => expect(collector.named('ingest').map(({ service }) => service)).toContain('solar'))
    for (const { identifier, password } of customers) {
      expect(launcher.said()).toContain(`${identifier}   ${password}`)
      const token = await signIn(identifier, password)
      await eventually(
        async () => {
          const vms = await call<{ name: string; status: string }[]>('/api/customer/vms', token)
          expect(vms.map(({ name, status }) => `${name} ${status}`).sort()).toEqual(['always running', 'sunny running'])
        },
        { withinMs: 3 * minutes, everyMs: 500 },
      )
    }
    for (const [command, debianPackage] of [
      ['curl', 'curl'],
      ['jq', 'jq'],
      ['ssh-keygen', 'openssh-client'],
    ] as const)
      await ensureCommand(command, debianPackage)
    const [, block] = /\$SAHARY[^`]*`[^\n]*\n\n```sh\n([^`]+)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))!
    const SAHARY = `http://127.0.0.1:${stateOf(folder.dir).ports.gateway}`
    const said = execFileSync('sh', ['-eu'], {
      input: block!,
      cwd: home,
      env: { ...process.env, SAHARY },
      encoding: 'utf8',
    })
    expect(JSON.parse(said.slice(said.lastIndexOf('\n{')))).toMatchObject({
      host: expect.stringMatching(/^10\.\d+\.\d+\.\d+$/),
      port: 22,
    })
    launcher.process.kill('SIGTERM')
    expect(await launcher.ended).toBe(0)
  },
)

test.runIf(isRoot())(
  'a second start, by the command of developers, finds its inverters, and follows changes',
  {
    timeout: 8 * minutes,
  },
  async () => {
    launcher = await startLauncher(folder.dir, {}, [], 'dev')
    await invertersSpeak()
    const inspector = `http://127.0.0.1:${stateOf(folder.dir).ports['notification inspector']}/json/list`
    const process = async () => ((await (await fetch(inspector)).json()) as { id: string }[])[0]!.id
    const before = await process()
    const now = new Date()
    utimesSync(join(root, 'services/notification/src/app.ts'), now, now)
    await eventually(async () => expect(await process()).not.toBe(before), { withinMs: minutes, everyMs: 200 })
    const ops = `http://127.0.0.1:${stateOf(folder.dir).ports['notification ops']}/readyz`
    await eventually(async () => expect((await fetch(ops)).status).toBe(200), { withinMs: minutes, everyMs: 200 })
  },
)
