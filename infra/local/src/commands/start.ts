import { join } from 'node:path'
import { parseArgs } from 'node:util'
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
  if (values.reset) await reset(dir)
  const asked = stopAsked()
  const engine = values['without-vms'] ? 'none' : 'auto'
  const platform = await launch({ dir, env: process.env, demo: values.demo, engine, tell })
  console.log(greeting(platform))
  console.log('ready')
  await asked
  console.log('stopping …')
  await platform.stop()
  return 0
}

/** Resolves at the first Ctrl-C or SIGTERM; heard from the beginning, acted on once everything is up. */
export function stopAsked(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
  })
}

/** What a person needs to begin: where, who, and three things to try. */
export function greeting({ gatewayUrl, admin }: Platform): string {
  const signIn = JSON.stringify({ identifier: admin.identifier, password: admin.password })
  return [
    '',
    'سحابة صحاري · Sahary Cloud',
    '',
    `  portal     ${gatewayUrl}/customer`,
    `  API docs   ${gatewayUrl}/api/docs`,
    `  admin      ${admin.identifier}`,
    `  password   ${admin.password}`,
    '',
    '  curl -s ' + `${gatewayUrl}/api/public/energy`,
    '  curl -s ' + `${gatewayUrl}/api/public/vm-types`,
    `  curl -s ${gatewayUrl}/api/auth/login -H 'content-type: application/json' -d '${signIn}'`,
    '',
  ].join('\n')
}
