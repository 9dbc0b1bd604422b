import type { ReactNode } from 'react'
import classes from './state.module.css'

/** How a thing stands: its colour, always beside a word. */
export type Mood = 'good' | 'busy' | 'rest' | 'warn' | 'bad' | 'plain'

export type StatusProps = { mood: Mood; state: string; children: ReactNode; testId?: string; dot?: boolean }

/** A dot and a word. Tests read `data-state`, people read the word, nobody needs the colour. */
export function Status({ mood, state, children, testId, dot = true }: StatusProps) {
  return (
    <span className={classes.status} data-mood={mood} data-state={state} data-testid={testId}>
      {dot && <span className={classes.dot} aria-hidden="true" />}
      {children}
    </span>
  )
}

export type NoticeProps = {
  mood: 'warn' | 'bad' | 'good' | 'plain'
  icon?: ReactNode
  title?: ReactNode
  children?: ReactNode
  action?: ReactNode
  live?: boolean
  testId?: string
  state?: string
}

/** A strip that says one thing; `live` announces it to those who cannot see it. */
export function Notice({ mood, icon, title, children, action, live, testId, state }: NoticeProps) {
  return (
    <div
      className={classes.notice}
      data-mood={mood}
      role={live ? (mood === 'bad' ? 'alert' : 'status') : undefined}
      data-testid={testId}
      data-state={state}
    >
      {icon && <span className={classes.noticeIcon}>{icon}</span>}
      <div className={classes.noticeWords}>
        {title && <strong>{title}</strong>}
        {children && <div>{children}</div>}
      </div>
      {action && <div className={classes.noticeAction}>{action}</div>}
    </div>
  )
}

export type EmptyProps = {
  picture: ReactNode
  title: string
  children?: ReactNode
  action?: ReactNode
  testId?: string
}

/** Nothing here yet: says what would be here and how to begin. */
export function Empty({ picture, title, children, action, testId = 'empty-state' }: EmptyProps) {
  return (
    <div className={classes.empty} data-testid={testId}>
      <div className={classes.picture} aria-hidden="true">
        {picture}
      </div>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action && <div className={classes.emptyAction}>{action}</div>}
    </div>
  )
}

export type BonesProps = { rows?: number; label: string; tall?: boolean }

/** The shape of what is coming. */
export function Bones({ rows = 3, label, tall }: BonesProps) {
  return (
    <div
      className={classes.bones}
      data-testid="skeleton"
      role="status"
      aria-label={label}
      data-tall={tall || undefined}
    >
      {Array.from({ length: rows }, (_, index) => (
        <span key={String(index)} aria-hidden="true" />
      ))}
    </div>
  )
}
