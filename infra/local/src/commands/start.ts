import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { customers, welcome } from '../platform/demo.ts'
import { launch } from '../platform/launch.ts'
import type { Platform } from '../platform/platform.ts'
import { reset } from '../platform/reset.ts'
import { root } from '../root.ts'

/** `start [--reset] [--demo] [--without-vms]`: the whole platform, until Ctrl-C. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      reset: { type: 'boolean', default: false },
      demo: { type: 'boolean', default: false },
      'without-vms': { type: 'boolean', default: false },
    },
  })
  const dir = process.env.SAHARY_DIR ?? join(root, '.sahary')
  const tell = (line: string) => console.error(line)
  const stopping = stopAsked()
  if (values.reset) await reset(dir)
  const engine = values['without-vms'] ? 'none' : 'auto'
  const platform = await launch({ dir, env: process.env, demo: values.demo, engine, tell, signal: stopping })
  // Programs and servers outlive a launcher that merely ends: whatever happens, they are stopped.
  try {
    console.log(greeting(platform))
    if (values.demo) console.log(await demoGreeting(platform, dir))
    console.log('ready')
    await asked(stopping)
    console.log('stopping …')
  } finally {
    await platform.stop()
  }
  return 0
}

/** Aborted at the first Ctrl-C or SIGTERM; a start in progress stops at its next step. */
export function stopAsked(): AbortSignal {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort())
  return stopping.signal
}

export const asked = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve())
  })

/** What a person needs to begin: where, who, and three things to try. */
export function greeting({ gatewayUrl, admin }: Platform, portal = `${gatewayUrl}/customer`): string {
  const signIn = JSON.stringify({ identifier: admin.identifier, password: admin.password })
  return [
    '',
    'سحابة صحاري · Sahary Cloud',
    '',
    `  portal     ${portal}`,
    `  API docs   ${gatewayUrl}/api/docs`,
    `  admin      ${admin.identifier}`,
    `  password   ${admin.password}`,
    '',
    `  curl -s ${gatewayUrl}/api/public/energy`,
    `  curl -s ${gatewayUrl}/api/public/vm-types`,
    `  curl -s ${gatewayUrl}/api/auth/login -H 'content-type: application/json' -d '${signIn}'`,
    '',
  ].join('\n')
}

/** Makes the demonstration's customers and says who they are. */
export async function demoGreeting(platform: Platform, dir: string): Promise<string> {
  const { keyFile } = await welcome(platform.gatewayUrl, dir)
  const people = customers.map(({ identifier, password, name }) => `  customer   ${identifier}   ${password}   ${name}`)
  return [...people, `  their key  ssh -i ${keyFile} root@<address of a server>`, ''].join('\n')
}
