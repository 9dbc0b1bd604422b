import { randomBytes } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { Refusal } from '@sahary/contracts/refusal'
import { peppered } from './password.ts'
import type { Work } from './worker.ts'

/** Makes and checks password hashes beside the event loop. Both refuse with `busy` when too many wait. */
export type Passwords = {
  hash(password: string): Promise<string>
  /** False for a wrong password, and for no hash at all after the same time. */
  matches(password: string, hash: string | null): Promise<boolean>
  close(): Promise<void>
}

type Waiting = { work: Work; resolve: (done: string | boolean) => void; reject: (error: unknown) => void }
export type PasswordOptions = { pepper: string; cost: number; threads?: number; queue?: number }

/** Starts the threads. The queue is bounded: a flood of sign-ins must not make everybody wait for minutes. */
export async function openPasswords({ pepper, cost, threads = 2, queue = 32 }: PasswordOptions): Promise<Passwords> {
  const pool = openPool(threads, queue)
  const nobody = await pool.run({ text: randomBytes(32).toString('base64'), cost })
  return {
    hash: async password => String(await pool.run({ text: peppered(pepper, password), cost })),
    matches: async (password, hash) => {
      const right = await pool.run({ text: peppered(pepper, password), hash: hash ?? String(nobody) })
      return right === true && hash !== null
    },
    close: pool.close,
  }
}

function openPool(threads: number, queue: number) {
  const waiting: Waiting[] = []
  const lanes = Array.from({ length: threads }, () => openLane(() => waiting.shift()))
  return {
    run: (work: Work): Promise<string | boolean> => {
      if (waiting.length >= queue) throw new Refusal('busy', { retryAfterS: 2 })
      return new Promise((resolve, reject) => {
        waiting.push({ work, resolve, reject })
        lanes.find(lane => lane.idle())?.next()
      })
    },
    close: async () => {
      for (const left of waiting.splice(0)) left.reject(new Refusal('busy', { retryAfterS: 2 }))
      await Promise.all(lanes.map(lane => lane.close()))
    },
  }
}

/** One thread and what it is working on; a thread that dies is replaced and its work refused. */
function openLane(take: () => Waiting | undefined) {
  let current: Waiting | undefined
  let closed = false
  const next = () => {
    if (current || closed) return
    current = take()
    if (current) worker.postMessage(current.work)
  }
  const open = () => {
    const thread = new Worker(new URL('./worker.ts', import.meta.url))
    thread.unref()
    thread.on('message', (done: string | boolean) => {
      current?.resolve(done)
      current = undefined
      next()
    })
    thread.on('error', error => {
      current?.reject(new Refusal('busy', { retryAfterS: 2, cause: error }))
      current = undefined
      if (closed) return
      worker = open()
      next()
    })
    return thread
  }
  let worker = open()
  return {
    idle: () => current === undefined,
    next,
    close: async () => {
      closed = true
      await worker.terminate()
      current?.reject(new Refusal('busy', { retryAfterS: 2 }))
    },
  }
}
