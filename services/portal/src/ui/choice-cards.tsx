import type { ReactNode } from 'react'
import classes from './choice-cards.module.css'

export type Card = {
  value: string
  title: ReactNode
  note?: ReactNode
  aside?: ReactNode
  icon?: ReactNode
  disabled?: boolean
}

export type ChoiceCardsProps = {
  name: string
  legend: string
  hint?: ReactNode
  error?: string | undefined
  cards: readonly Card[]
  value: string | null
  onChange: (value: string) => void
  columns?: 1 | 2 | 3
}

/** One of a few things that deserve a sentence each: real radio buttons, so keys and screen readers know them. */
export function ChoiceCards({ name, legend, hint, error, cards, value, onChange, columns = 2 }: ChoiceCardsProps) {
  const faultId = `${name}-fault`
  return (
    <fieldset className={classes.set} aria-describedby={error ? faultId : undefined}>
      <legend className={classes.legend}>{legend}</legend>
      {hint && <p className={classes.hint}>{hint}</p>}
      <div className={classes.cards} data-columns={columns}>
        {cards.map(card => (
          <label
            key={card.value}
            className={classes.card}
            data-chosen={card.value === value || undefined}
            data-tall={columns === 3 || undefined}
          >
            <input
              type="radio"
              name={name}
              value={card.value}
              checked={card.value === value}
              disabled={card.disabled}
              onChange={() => onChange(card.value)}
            />
            {card.icon && <span className={classes.icon}>{card.icon}</span>}
            <span className={classes.words}>
              <span className={classes.title}>{card.title}</span>
              {card.note && <span className={classes.note}>{card.note}</span>}
            </span>
            {card.aside && <span className={classes.aside}>{card.aside}</span>}
          </label>
        ))}
      </div>
      {error && (
        <p id={faultId} className={classes.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  )
}
