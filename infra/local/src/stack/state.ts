import { randomBytes, randomInt } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { freePort, isFree } from './port.ts'

const State = z.object({
  /** Tells two platforms on one machine apart: names of packet filter chains and run-time folders. */
  tag: z.string().regex(/^[0-9a-f]{6}$/),
  /** Second number of the VMs' addresses `10.<n>.0.0/16`. */
  network: z.int().min(64).max(191),
  ports: z.record(z.string(), z.int()),
  secrets: z.record(z.string(), z.string()),
})
type State = z.infer<typeof State>

/** What a platform drew once and keeps: ports, secrets, its tag and its VMs' network. */
export type Drawn = {
  tag: string
  network: number
  /** The port of that name: the kept one, unless a stranger has it now; drawn when new (`wish` if it is free). */
  port: (name: string, wish?: number) => Promise<number>
  /** The port that was kept under that name, whoever has it now. */
  keptPort: (name: string) => number | undefined
  /** The secret of that name, as hex: 32 random bytes drawn when new. */
  secret: (name: string) => string
}

/** Opens `state.json` of a platform's folder, which only its owner may read. */
export function openState(dir: string): Drawn {
  mkdirSync(dir, { recursive: true })
  const file = join(dir, 'state.json')
  const state = existsSync(file) ? read(file) : draw()
  const save = () => {
    // Renamed into place: a start that is killed while writing must not lose the passwords of its databases.
    writeFileSync(`${file}.new`, JSON.stringify(state, null, 2), { mode: 0o600 })
    chmodSync(`${file}.new`, 0o600)
    renameSync(`${file}.new`, file)
  }
  save()
  return {
    tag: state.tag,
    network: state.network,
    port: async (name, wish) => {
      for (const port of [state.ports[name], wish]) {
        const others = Object.entries(state.ports).filter(([key]) => key !== name)
        if (port === undefined || others.some(([, taken]) => taken === port) || !(await isFree(port))) continue
        state.ports[name] = port
        save()
        return port
      }
      let port = await freePort()
      while (Object.values(state.ports).includes(port)) port = await freePort()
      state.ports[name] = port
      save()
      return port
    },
    keptPort: name => state.ports[name],
    secret: name => {
      state.secrets[name] ??= randomBytes(32).toString('hex')
      save()
      return state.secrets[name]
    },
  }
}

function read(file: string): State {
  const parsed = State.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (parsed.success) return parsed.data
  throw new Error(`${file} cannot be read; \`npm start -- --reset\` starts over`)
}

const draw = (): State => ({
  tag: randomBytes(3).toString('hex'),
  network: drawNetwork(),
  ports: {},
  secrets: {},
})

/** A network to which this machine has no way yet: another platform's VMs live in theirs, an office in its own. */
function drawNetwork(): number {
  const taken = waysFrom(readFileSync('/proc/net/route', 'utf8'))
  const free = Array.from({ length: 128 }, (_, n) => 64 + n).filter(network => !taken.has(network))
  if (free.length === 0) throw new Error('every network 10.64 to 10.191 is taken: choose one by VM_NETWORK_POOL')
  return free[randomInt(free.length)]!
}

/** Second numbers of the networks `10.<n>` in a routing table of the kernel, whose addresses are written backwards. */
const waysFrom = (table: string): Set<number> =>
  new Set([...table.matchAll(/^\S+\t[0-9A-F]{4}([0-9A-F]{2})0A\t/gm)].map(([, second]) => Number.parseInt(second!, 16)))
