import { globSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { root } from '../root.ts'
import type { Kept } from '../stack/keeper.ts'
import { freePort } from '../stack/port.ts'
import type { Drawn } from '../stack/state.ts'
import { keepChild } from './child.ts'
import type { LaunchOptions } from './launch.ts'
import { offeredTo, type Ports, type Servers } from './offered.ts'
import { bundleOf, folderOf, type ProcessName } from './processes.ts'
import { askedOf, askedOfBundle, environmentFor, schemaOf } from './settings.ts'
import { turnLog } from './warnings.ts'

export type Program = { name: ProcessName; env: Record<string, string>; url: string; opsUrl: string; kept: Kept }

/** Starts a program, or one more replica of it on ports of its own. */
export type StartProgram = (name: ProcessName, replica?: string) => Promise<Program>

type Context = LaunchOptions & {
  drawn: Drawn
  servers: Servers
  ports: Record<string, Ports>
  tell: (line: string) => void
}

/** These belong to one program each: a value for all of them would be wrong for all but one. */
const perProgram = ['DATABASE_URL', 'NATS_URL', 'PORT', 'OPS_PORT', 'HOST', 'JWKS_URL', 'NODE_ENV']
/** An engine that a person names reaches compute only when the launcher offers it as a host. */
const judged = ['DOCKER_HOST']

/** What a program gets of the launcher's own environment as it is. */
export function givenTo(name: ProcessName, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const given = Object.fromEntries(Object.entries(env).filter(([key]) => ![...perProgram, ...judged].includes(key)))
  return name === 'gateway' && env.HOST ? { ...given, HOST: env.HOST } : given
}

export function programStarter(context: Context): StartProgram {
  return async (name, replica) => {
    const env = await environmentOf(context, name)
    const ports = replica ? { api: await freePort(), ops: await freePort() } : context.ports[name]!
    if (replica) Object.assign(env, { PORT: String(ports.api), OPS_PORT: String(ports.ops) })
    const opsUrl = `http://127.0.0.1:${ports.ops}`
    turnLog(join(context.dir, 'logs', `${name}.log`))
    const kept = await keepChild({
      name,
      dir: context.dir,
      args: await argumentsOf(context, name),
      env,
      serves: 'OPS_PORT' in env ? { opsUrl } : 'PORT' in env ? { port: ports.api } : undefined,
      ...(replica ? { replica } : {}),
      tell: context.tell,
    })
    return { name, env, url: `http://127.0.0.1:${ports.api}`, opsUrl, kept }
  }
}

async function environmentOf(context: Context, name: ProcessName): Promise<Record<string, string>> {
  const { from = 'bundle' } = context
  const simulated = (context.clock ?? (context.demo ? 'simulated' : 'real')) === 'simulated'
  const offered = offeredTo(name, { ...context, simulated })
  const secret = context.drawn.secret
  const isBundle = from === 'bundle' || from === 'built'
  return environmentFor(name, isBundle ? askedOfBundle(name) : askedOf(await schemaOf(name)), {
    offered,
    given: { ...givenTo(name, context.env ?? {}), ...context.settings?.[name] },
    secret,
  })
}

/** Ten processes of one machine: V8 looks after memory first, and has no threads of its own to speak of. */
export const small = [
  '--max-semi-space-size=2',
  '--max-old-space-size=256',
  '--optimize-for-size',
  '--v8-pool-size=1',
  '--single-threaded-gc',
  '--expose-gc',
]

/** The bundles run with a small heap. Source maps would cost each process some 80 MB: NODE_OPTIONS may ask for them. */
async function argumentsOf({ from = 'bundle', drawn, tell }: Context, name: ProcessName): Promise<string[]> {
  const source = join(folderOf(name), 'src/main.ts')
  if (from === 'bundle' || from === 'built') return [...small, bundleOf(name)]
  if (from === 'source') return [source]
  // The same at every start, so that an editor's settings keep.
  const port = await drawn.port(`${name} inspector`)
  tell(`${name}: inspector on 127.0.0.1:${port}`)
  const watched = ['src', ...globSync('packages/*/src', { cwd: root }).map(path => join(root, path))]
  const paths = watched.map(path => `--watch-path=${resolve(folderOf(name), path)}`)
  return [...paths, `--import=data:text/javascript,${quietWorkers}`, `--inspect=127.0.0.1:${port}`, source]
}

/** Under --watch Node reports imports of worker threads as messages among the program's own. Paths are watched instead. */
const quietWorkers = 'delete process.env.WATCH_REPORT_DEPENDENCIES'
