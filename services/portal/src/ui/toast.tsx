import { createStore, useStored } from '../store.ts'
import classes from './toast.module.css'

type Message = { id: number; text: string; mood: 'good' | 'bad' }

const shownMs = 5_000
const messages = createStore<readonly Message[]>([])
let last = 0

/** Says one thing for a moment; nothing that a person must act on. */
export function toast(text: string, mood: Message['mood'] = 'good'): void {
  const id = ++last
  messages.set([...messages.get().slice(-2), { id, text, mood }])
  setTimeout(() => messages.set(messages.get().filter(message => message.id !== id)), shownMs)
}

/** Where short messages appear; the region is always there, so that it is heard when it fills. */
export function Toasts() {
  const shown = useStored(messages)
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
