import { AsyncLocalStorage } from 'node:async_hooks'

/** What every log line of one request or one message says about it. */
export type LogContext = {
  request_id?: string
  account?: number
  user?: number
  event_id?: string
}

const storage = new AsyncLocalStorage<LogContext>()

/** Runs `fn` so that everything it logs carries `values`; nested calls add to the outer ones. */
export const withLogContext = <T>(values: LogContext, fn: () => T): T =>
  storage.run({ ...storage.getStore(), ...values }, fn)

/** The values of the running request or message; may be added to, for instance once the caller is known. */
export const logContext = (): LogContext | undefined => storage.getStore()
