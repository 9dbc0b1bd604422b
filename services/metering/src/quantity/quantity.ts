/**
 * Quantities are whole numbers of a small unit, so that nothing is ever lost to a fraction:
 * thousandths of a second, thousandths of a watt-hour. Outside they are decimal strings.
 */

/** `'12.5'` at three places is `12500n`. Refuses what is not a decimal or is finer than `places`. */
export function scaled(text: string, places = 3): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  const fraction = (match?.[3] ?? '').replace(/0+$/, '')
  if (!match || fraction.length > places) throw new RangeError(`${text} is no decimal of ${places} places`)
  const size = BigInt(match[2]! + fraction.padEnd(places, '0'))
  return match[1] ? -size : size
}

/** `12500n` at three places is `'12.5'`: the shortest decimal that says the same. */
export function unscaled(value: bigint, places = 3): string {
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '')
  return `${value < 0n ? '-' : ''}${whole}${fraction && `.${fraction}`}`
}

/**
 * Splits a whole number by weights so that the parts sum to it exactly (largest remainder, ties to the earlier).
 * A heavier weight never gets less than a lighter one. Without any weight everybody gets nothing.
 */
export function apportion(total: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n)
  if (sum === 0n) return weights.map(() => 0n)
  const parts = weights.map(weight => (total * weight) / sum)
  const remainders = weights.map((weight, index) => ({ index, rest: (total * weight) % sum }))
  remainders.sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))
  const left = Number(total - parts.reduce((a, b) => a + b, 0n))
  for (const { index } of remainders.slice(0, left)) parts[index]! += 1n
  return parts
}
