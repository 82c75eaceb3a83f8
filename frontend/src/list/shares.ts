/** Shares rounded so that what is shown sums to exactly 1.00. */

const HUNDREDTHS = 100

/** Hundredths by largest remainder (Hamilton's method): each share rounded down, what is left to 1.00 given to the
 * largest remainders. Shares that sum to less than 1 are taken as parts of their sum. */
export function hundredths(shares: readonly number[]): number[] {
  const sum = shares.reduce((a, b) => a + b, 0)
  if (sum <= 0) return shares.map(() => 0)
  const exact = shares.map((share) => (HUNDREDTHS * share) / sum)
  const rounded = exact.map(Math.floor)
  const left = HUNDREDTHS - rounded.reduce((a, b) => a + b, 0)
  const order = exact.map((value, i) => ({ i, remainder: value - Math.floor(value) }))
  order.sort((a, b) => b.remainder - a.remainder || a.i - b.i)
  for (const { i } of order.slice(0, left)) rounded[i] = (rounded[i] as number) + 1
  return rounded
}

export const shareText = (part: number): string => (part / HUNDREDTHS).toFixed(2)

/** "0.58 + 0.28 + 0.14 = 1.00." */
export const sumLine = (parts: readonly number[]): string => `${parts.map(shareText).join(' + ')} = 1.00.`

/** What the seeds that a reason does not list brought together; 0 where the shares shown are all. A reason lists five. */
export function othersShare(shares: readonly number[]): number {
  const others = 1 - shares.reduce((a, b) => a + b, 0)
  return others > 0.005 ? others : 0
}
