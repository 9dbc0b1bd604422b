import { type ComponentPropsWithRef, type ReactNode, useId } from 'react'
import classes from './field.module.css'

type Around = { label: string; hint?: ReactNode; error?: ReactNode }

type FrameProps = Around & { id: string; children: ReactNode }

/** The label, the hint and the fault around a control. */
function Frame({ id, label, hint, error, children }: FrameProps) {
  return (
    <div className={classes.root}>
      <label className={classes.label} htmlFor={id}>
        {label}
      </label>
      {hint && (
        <p className={classes.hint} id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children}
      {error && (
        <p className={classes.error} id={`${id}-fault`} role="alert">
          {error}
        </p>
      )}
    </div>
  )
}

const described = (id: string, { hint, error }: Partial<Around>) => ({
  id,
  'aria-describedby': [hint && `${id}-hint`, error && `${id}-fault`].filter(Boolean).join(' ') || undefined,
  'aria-invalid': error ? true : undefined,
})

export type TextFieldProps = ComponentPropsWithRef<'input'> & Around & { ltr?: boolean; after?: ReactNode }

/** One line of text. `ltr` is for technical strings, which read left to right in every language. */
export function TextField({ label, hint, error, ltr, after, id, ...rest }: TextFieldProps) {
  const own = useId()
  const name = id ?? own
  return (
    <Frame id={name} label={label} hint={hint} error={error}>
      <div className={classes.line} data-ltr={ltr || undefined}>
        <input
          type="text"
          {...(ltr ? { dir: 'ltr' } : {})}
          {...rest}
          {...described(name, { hint, error })}
          className={classes.input}
          data-after={after ? true : undefined}
        />
        {after}
      </div>
    </Frame>
  )
}

export type SecretFieldProps = TextFieldProps & {
  showLabel: string
  hideLabel: string
  shown: boolean
  onShow: (shown: boolean) => void
}

/** A password with a button that shows it; paste and password managers work. */
export function SecretField({ showLabel, hideLabel, shown, onShow, ...rest }: SecretFieldProps) {
  return (
    <TextField
      {...rest}
      ltr
      type={shown ? 'text' : 'password'}
      after={
        <button
          type="button"
          className={classes.eye}
          aria-label={shown ? hideLabel : showLabel}
          onClick={() => onShow(!shown)}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7z" />
            <circle cx="12" cy="12" r="3" />
            {shown && <path d="M4 4l16 16" />}
          </svg>
        </button>
      }
    />
  )
}

export type TextAreaProps = ComponentPropsWithRef<'textarea'> & Around & { ltr?: boolean }

/** Several lines of text; each paragraph takes the direction of its own words. */
export function TextArea({ label, hint, error, ltr, id, ...rest }: TextAreaProps) {
  const own = useId()
  const name = id ?? own
  return (
    <Frame id={name} label={label} hint={hint} error={error}>
      <textarea
        rows={4}
        dir={ltr ? 'ltr' : 'auto'}
        {...rest}
        {...described(name, { hint, error })}
        className={`${classes.input} ${ltr ? classes.mono : ''}`}
      />
    </Frame>
  )
}

export type ChoiceProps = ComponentPropsWithRef<'select'> &
  Around & { options: readonly { value: string; label: string }[] }

/** One of several words, with the browser's own list: it works on every phone and in every direction. */
export function Choice({ label, hint, error, options, id, ...rest }: ChoiceProps) {
  const own = useId()
  const name = id ?? own
  return (
    <Frame id={name} label={label} hint={hint} error={error}>
      <select {...rest} {...described(name, { hint, error })} className={`${classes.input} ${classes.select}`}>
        {options.map(({ value, label: words }) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </Frame>
  )
}
