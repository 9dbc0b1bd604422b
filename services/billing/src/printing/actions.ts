import { Worker } from 'node:worker_threads'
import { Refusal } from '@sahary/contracts/refusal'
import type { Done, Work } from '../document/worker.ts'

/** Prints documents beside the event loop, one after the other. */
export type Printer = {
  /** The PDF of a template's data. Refuses with `busy` when too many wait. */
  print(data: string): Promise<Buffer>
  close(): Promise<void>
}

export type PrinterOptions = {
  timeoutMs?: number
  /** A thread is replaced after so many documents, because Typst's memory only grows. */
  documentsPerThread?: number
  queue?: number
}

/** Opens a printer. Its thread starts with the first document; one that hangs or dies is replaced and tried once more. */
export function openPrinter({
  timeoutMs = 10_000,
  documentsPerThread = 200,
  queue = 64,
}: PrinterOptions = {}): Printer {
  let thread: Worker | null = null
  let printed = 0
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()

  const close = async () => {
    const old = thread
    thread = null
    await old?.terminate()
  }
  const once = async (data: string): Promise<Done> => {
    if (thread && printed >= documentsPerThread) await close()
    if (!thread) {
      const opened = new Worker(new URL('../document/worker.ts', import.meta.url))
      // A thread that dies between two documents must neither end the process nor be waited for.
      opened.on('error', () => {})
      opened.on('exit', () => {
        if (thread === opened) thread = null
      })
      thread = opened
      printed = 0
    }
    printed++
    return ask(thread, { data }, timeoutMs).catch(async error => {
      await close()
      throw error
    })
  }
  const twice = async (data: string): Promise<Buffer> => {
    const done = await once(data).catch(() => once(data))
    if ('fault' in done) throw new Error(`the template does not print: ${done.fault}`)
    return Buffer.from(done.pdf)
  }
  return {
    print: async data => {
      if (waiting >= queue) throw new Refusal('busy', { retryAfterS: 2 })
      waiting++
      const turn = last.then(() => twice(data))
      last = turn.catch(() => {})
      return turn.finally(() => {
        waiting--
      })
    },
    close,
  }
}

function ask(thread: Worker, work: Work, timeoutMs: number): Promise<Done> {
  return new Promise((resolve, reject) => {
    const onMessage = (done: Done) => end(() => resolve(done))
    const onError = (error: Error) => end(() => reject(error))
    const onExit = (code: number) => onError(new Error(`the printing thread ended with ${code}`))
    const timer = setTimeout(() => onError(new Error('printing took too long')), timeoutMs)
    const end = (finish: () => void) => {
      clearTimeout(timer)
      thread.off('message', onMessage).off('error', onError).off('exit', onExit)
      finish()
    }
    thread.on('message', onMessage).on('error', onError).on('exit', onExit)
    thread.postMessage(work)
  })
}
