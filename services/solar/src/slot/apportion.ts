/**
 * Splits a whole number into whole parts by weight, so that they add up to it exactly: each gets its floor, and what
 * remains goes by the largest remainder (the earlier part wins a tie). Weights that are all zero give the first all.
 */
export function apportion(total: bigint, weights: readonly number[]): bigint[] {
  const sum = weights.reduce((all, weight) => all + weight, 0)
  if (sum <= 0) return weights.map((_, index) => (index === 0 ? total : 0n))
  // Weights become whole shares of a million million, so that no float touches the total.
  const scale = 1e12
  const shares = weights.map(weight => BigInt(Math.round((weight / sum) * scale)))
  const whole = shares.reduce((all, share) => all + share, 0n)
  const parts = shares.map(share => (total * share) / whole)
  const remainders = shares.map((share, index) => ({ index, rest: (total * share) % whole }))
  remainders.sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))
  let left = total - parts.reduce((all, part) => all + part, 0n)
  for (const { index } of remainders) {
    if (left <= 0n) break
    parts[index] = (parts[index] ?? 0n) + 1n
    left -= 1n
  }
  return parts
}
