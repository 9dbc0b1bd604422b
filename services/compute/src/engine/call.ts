import type Docker from 'dockerode'

/** An engine and the real time that a call to it may take. */
export type Engine = { docker: Docker; boundMs: number }

const silent = 'ENGINE_SILENT'

/** The engine did not answer in time, or is not there. */
export const isUnreachable = (fault: unknown): boolean => (fault as { code?: unknown } | null)?.code === silent

/** What the engine refused stays as it is; everything else means that it could not be asked. */
export const unreachable = (fault: unknown): unknown =>
  statusOf(fault) === null
    ? Object.assign(new Error('the engine does not answer', { cause: fault }), { code: silent })
    : fault

/** The HTTP status of the engine's refusal; null when it did not answer at all. */
export function statusOf(fault: unknown): number | null {
  const status = (fault as { statusCode?: unknown } | null)?.statusCode
  return typeof status === 'number' ? status : null
}

/** Makes one call that is given up after the engine's bound: a stopped engine accepts connections and says nothing. */
export function bounded<T>(engine: Engine, call: (abortSignal: AbortSignal) => Promise<T>, extraMs = 0): Promise<T> {
  const signal = AbortSignal.timeout(engine.boundMs + extraMs)
  return new Promise<T>((resolve, reject) => {
    const refuse = (fault: unknown) => reject(unreachable(fault))
    signal.addEventListener('abort', () => refuse(signal.reason))
    call(signal).then(resolve, refuse)
  })
}

/** Takes the listed refusals for done: a repeated step finds its work finished. */
export const alreadyDone =
  (...statuses: number[]) =>
  (fault: unknown): undefined => {
    if (statuses.includes(statusOf(fault) ?? 0)) return undefined
    throw fault
  }
