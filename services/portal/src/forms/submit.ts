import { useRef, useState } from 'react'
import { newKey } from '../api/key.ts'
import { type Problem, problemOf } from '../api/problem.ts'

export type Submit<T> = {
  busy: boolean
  problem: Problem | null
  /** The fault of one field, in the person's language. */
  faultOf: (field: string) => string | undefined
  send: (body: T) => Promise<void>
  clear: () => void
}

/**
 * One act of a form. Sending the same body again carries the same idempotency key, so pressing twice, or trying again
 * after a broken connection, does it once; another body gets another key. It stays busy until what follows is `done`.
 */
export function useSubmit<T, R>(
  act: (body: T, idempotencyKey: string) => Promise<R>,
  done: (result: R) => unknown,
): Submit<T> {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const last = useRef({ body: '', key: '' })
  const inFlight = useRef(false)

  const keyOf = (body: T): string => {
    const text = JSON.stringify(body)
    if (last.current.body !== text) last.current = { body: text, key: newKey() }
    return last.current.key
  }

  const send = async (body: T) => {
    if (inFlight.current) return
    inFlight.current = true
    setBusy(true)
    setProblem(null)
    try {
      const result = await act(body, keyOf(body))
      last.current = { body: '', key: '' }
      await done(result)
    } catch (error) {
      setProblem(problemOf(error))
      focusFirstFault()
    } finally {
      inFlight.current = false
      setBusy(false)
    }
  }

  const faultOf = (field: string) =>
    problem?.faults.find(fault => fault.field === field || fault.field.startsWith(`${field}.`))?.message
  return { busy, problem, faultOf, send, clear: () => setProblem(null) }
}

/** After the faults are on the page, the first field with one takes the focus. */
const focusFirstFault = () =>
  requestAnimationFrame(() =>
    requestAnimationFrame(() => document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus()),
  )
