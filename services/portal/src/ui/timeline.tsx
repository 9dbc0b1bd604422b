import type { ReactNode } from 'react'
import classes from './timeline.module.css'

export type Moment = {
  key: string
  type: string
  icon?: ReactNode
  title: ReactNode
  at: ReactNode
  body?: ReactNode
  own?: boolean
  visibility?: string
  state?: string
}

/** What happened, in order. */
export function Timeline({ moments }: { moments: readonly Moment[] }) {
  return (
    <ol className={classes.line}>
      {moments.map(({ key, type, icon, title, at, body, own, visibility, state }) => (
        <li
          key={key}
          className={classes.moment}
          data-testid="timeline-item"
          data-type={type}
          data-visibility={visibility}
          data-state={state}
          data-own={own || undefined}
        >
          <span className={classes.mark} aria-hidden="true">
            {icon}
          </span>
          <div className={classes.words}>
            <div className={classes.head}>
              <strong>{title}</strong>
              <span className={classes.at}>{at}</span>
            </div>
            {body && <div className={classes.body}>{body}</div>}
          </div>
        </li>
      ))}
    </ol>
  )
}
