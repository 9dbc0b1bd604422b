import { useSyncExternalStore } from 'react'
import classes from './toast.module.css'

type Message = { id: number; text: string; mood: 'good' | 'bad' }

const shownMs = 5_000
let messages: readonly Message[] = []
let last = 0
const listeners = new Set<() => void>()

const show = (next: readonly Message[]) => {
  messages = next
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Says one thing for a moment; nothing that a person must act on. */
export function toast(text: string, mood: Message['mood'] = 'good'): void {
  const id = ++last
  show([...messages.slice(-2), { id, text, mood }])
  setTimeout(() => show(messages.filter(message => message.id !== id)), shownMs)
}

/** Where short messages appear; the region is always there, so that it is heard when it fills. */
export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => messages)
  return (
    <div className={classes.place} role="status" aria-live="polite" data-testid="toasts">
      {shown.map(({ id, text, mood }) => (
        <p key={id} className={classes.toast} data-mood={mood}>
          {text}
        </p>
      ))}
    </div>
  )
}
