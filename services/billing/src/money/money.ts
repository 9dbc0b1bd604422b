import { Decimal } from 'decimal.js'

// Wide enough that no product of a quantity and a price is ever rounded before we round it.
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP })

/** A whole number of piastres (or another currency's smallest unit) nearest to `amount` × 100, half away from zero. */
const toMinor = (amount: Decimal): bigint => BigInt(amount.times(100).toDecimalPlaces(0).toFixed(0))

/** `quantity × unitPrice` in the smallest unit, rounded once, half away from zero: what one visible line costs. */
export const costOf = (quantity: string, unitPrice: string): bigint => toMinor(new Exact(quantity).times(unitPrice))

/** `amount / divisor` as a decimal of at most `places` places, rounded half away from zero. */
export const quotient = (amount: string, divisor: number, places: number): string =>
  new Exact(amount).div(divisor).toDecimalPlaces(places).plus(0).toFixed()

/** The exact sum of decimals. */
export const sumOf = (amounts: readonly string[]): string =>
  amounts
    .reduce((sum, amount) => sum.plus(amount), new Exact(0))
    .plus(0)
    .toFixed()

/**
 * A tax of `percent` on the sum of line nets, rounded once, with its parts per line by largest remainder (ties to the
 * earlier line), so that the parts sum to the tax to the piastre.
 */
export function taxOn(nets: readonly bigint[], percent: string): { total: bigint; parts: bigint[] } {
  const net = nets.reduce((sum, each) => sum + each, 0n)
  const share = (amount: bigint): Decimal => new Exact(amount.toString()).times(percent).div(100)
  const total = BigInt(share(net).toDecimalPlaces(0).toFixed(0))
  const shares = nets.map(share)
  const parts = shares.map(each => BigInt(each.floor().toFixed(0)))
  const order = shares
    .map((each, index) => ({ index, rest: each.minus(each.floor()) }))
    .sort((a, b) => b.rest.comparedTo(a.rest) || a.index - b.index)
  const left = Number(total - parts.reduce((sum, each) => sum + each, 0n))
  for (const { index } of order.slice(0, left)) parts[index]! += 1n
  return { total, parts }
}

/** `14073` as `140.73`: the amount in whole units with two decimals, as people read it. */
export function amountText(minor: bigint): string {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(3, '0')
  return `${minor < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
