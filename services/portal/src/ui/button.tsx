import type { ComponentPropsWithRef, ReactNode } from 'react'
import classes from './button.module.css'

// Buttons and fields are the platform's own elements, not Mantine's: the sign-in page then weighs little.
export type Tone = 'sun' | 'plain' | 'quiet' | 'danger'

type Look = { tone?: Tone | undefined; icon?: ReactNode; wide?: boolean; small?: boolean }
export type ButtonProps = ComponentPropsWithRef<'button'> & Look & { busy?: boolean }

const lookOf = ({ tone = 'plain', wide, small }: Look) => ({
  className: `${classes.button} ${classes[tone]}`,
  'data-wide': wide || undefined,
  'data-small': small || undefined,
})

/** The one button. `sun` is the page's main act; `danger` destroys something. While `busy` it cannot be pressed again. */
export function Button({ tone, icon, wide, small, busy, type = 'button', disabled, children, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      {...lookOf({ tone, wide: wide ?? false, small: small ?? false })}
      type={type}
      disabled={disabled || busy}
      data-busy={busy || undefined}
      aria-busy={busy || undefined}
    >
      {busy ? <span className={classes.wheel} aria-hidden="true" /> : icon}
      <span>{children}</span>
    </button>
  )
}

export type AnchorButtonProps = ComponentPropsWithRef<'a'> & Look

/** A link that looks like a button, for going somewhere. */
export function AnchorButton({ tone, icon, wide, small, children, ...rest }: AnchorButtonProps) {
  return (
    <a {...rest} {...lookOf({ tone, wide: wide ?? false, small: small ?? false })}>
      {icon}
      <span>{children}</span>
    </a>
  )
}

export type IconButtonProps = Omit<ComponentPropsWithRef<'button'>, 'aria-label'> & { label: string }

/** A button that shows only a picture; `label` is its accessible name. */
export function IconButton({ label, type = 'button', children, ...rest }: IconButtonProps) {
  return (
    <button {...rest} type={type} aria-label={label} title={label} className={classes.icon}>
      {children}
    </button>
  )
}
