import { z } from 'zod'

/** The id of a thing of ours, inside and outside: a positive integer below 2^53, a JSON number. */
export const Id = z.int().positive()
export type Id = z.infer<typeof Id>

/** An id as text in a path or a token, as a number; anything else names nothing. */
export const IdText = z
  .string()
  .regex(/^[1-9]\d{0,15}$/)
  .transform(Number)
  .pipe(Id)

/** `:id` of a path. */
export const IdParams = z.strictObject({ id: IdText })

/** An RFC 3339 instant in UTC, with `Z`. */
export const Instant = z.iso.datetime()

/** An exact decimal as a string: rates and quantities never travel as JavaScript numbers. */
export const Decimal = z.string().regex(/^-?\d{1,15}(\.\d{1,9})?$/, 'must be a decimal string')

/** Watt-hours as a decimal string with at most three places (0.001 Wh is the smallest quantity we book). */
export const WattHours = z.string().regex(/^\d{1,15}(\.\d{1,3})?$/, 'must be watt-hours with at most three decimals')

/** An amount in the currency's smallest unit (piastres for EGP). */
export const Minor = z.int()

/** ISO 4217. */
export const Currency = z.string().regex(/^[A-Z]{3}$/)

/** A half-open span of time: `from` belongs to it, `to` does not. */
export const Span = z.object({ from: Instant, to: Instant })

export const Locale = z.enum(['ar', 'en'])
export type Locale = z.infer<typeof Locale>

/** Where energy came from when it was used. `battery` is energy that left the battery, whatever filled it. */
export const energySources = ['solar', 'battery', 'grid', 'generator'] as const
export type EnergySource = (typeof energySources)[number]

export const EnergyBySource = z.object({
  solar: WattHours,
  battery: WattHours,
  grid: WattHours,
  generator: WattHours,
})
export type EnergyBySource = z.infer<typeof EnergyBySource>
