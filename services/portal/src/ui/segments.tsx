import classes from './segments.module.css'

export type SegmentsProps<V extends string> = {
  name: string
  legend: string
  value: V
  options: readonly { value: V; label: string }[]
  onChange: (value: V) => void
  showLegend?: boolean
}

/** A few ways to see one thing, of which one holds: real radio buttons in a row. */
export function Segments<V extends string>({ name, legend, value, options, onChange, showLegend }: SegmentsProps<V>) {
  return (
    <fieldset className={classes.set}>
      <legend className={showLegend ? classes.legend : classes.spoken}>{legend}</legend>
      <div className={classes.row}>
        {options.map(option => (
          <label key={option.value} className={classes.segment} data-chosen={option.value === value || undefined}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
