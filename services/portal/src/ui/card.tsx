import type { ReactNode } from 'react'
import classes from './card.module.css'

export type CardProps = {
  title?: ReactNode
  aside?: ReactNode
  children: ReactNode
  tight?: boolean
  testId?: string
}

/** A sheet with an optional heading of the second level. */
export function Card({ title, aside, children, tight, testId }: CardProps) {
  return (
    <section className={classes.card} data-tight={tight || undefined} data-testid={testId}>
      {(title || aside) && (
        <header className={classes.head}>
          {title && <h2 className={classes.title}>{title}</h2>}
          {aside && <div className={classes.aside}>{aside}</div>}
        </header>
      )}
      {children}
    </section>
  )
}

export type FactsProps = { facts: readonly { name: string; value: ReactNode; key?: string }[] }

/** Names and their values, side by side. */
export function Facts({ facts }: FactsProps) {
  return (
    <dl className={classes.facts}>
      {facts.map(({ name, value, key }) => (
        <div key={key ?? name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
