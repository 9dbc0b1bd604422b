import { launch } from './launch.ts'
import type { Platform } from './platform.ts'
import { reset } from './reset.ts'
import type { Start } from './start.ts'

/** The whole platform from bundles that were made before, until Ctrl-C. */
export async function stand({ dir, ...asks }: Start): Promise<number> {
  const tell = (line: string) => console.error(line)
  const stopping = stopAsked()
  if (asks.reset) await reset(dir)
  const engine = asks.withoutVms ? 'none' : 'auto'
  const { demo } = asks
  const platform = await launch({ dir, env: process.env, demo, engine, from: 'built', tell, signal: stopping })
  // Programs and servers outlive a launcher that merely ends: whatever happens, they are stopped.
  try {
    console.log(greeting(platform))
    if (demo) console.log(await demoGreeting(platform, dir))
    console.log('ready')
    // What bringing it all up has left behind would stay as long as the launcher does.
    globalThis.gc?.()
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
  // Loaded only here: the maker of keys is larger than the launcher.
  const { customers, welcome } = await import('./demo.ts')
  const { keyFile } = await welcome(platform.gatewayUrl, dir)
  const people = customers.map(({ identifier, password, name }) => `  customer   ${identifier}   ${password}   ${name}`)
  return [...people, `  their key  ssh -i ${keyFile} root@<address of a server>`, ''].join('\n')
}
