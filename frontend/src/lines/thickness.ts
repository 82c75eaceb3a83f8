/** How thick a line is: the evidence behind it, in px. A line without a number behind it is not drawn. */

const LOWEST_COUNTS = 0.7
const FAN = 48
const FAN_LEAST = 2.2
const CABLE = 0.34

/** Strands of one seed's fan: each song's part of 48 px, by its score less 0.7 of the lowest score shown. */
export function fanThickness(scores: readonly number[]): number[] {
  const lowest = Math.min(...scores)
  const strengths = scores.map((score) => Math.max(0, score - LOWEST_COUNTS * lowest))
  const sum = strengths.reduce((a, b) => a + b, 0)
  return strengths.map((strength) => Math.max(FAN_LEAST, FAN * (sum > 0 ? strength / sum : 1 / scores.length)))
}

/** The same on a phone, where all strands together take about 16 px. */
export const cableThickness = (scores: readonly number[]): number[] => fanThickness(scores).map((px) => px * CABLE)

/** A branch from a seed's trunk to a song: 15 px for the whole score, none for a seed that brought nothing. */
export const branchThickness = (share: number): number => (share > 0 ? Math.max(1, 15 * share) : 0)

/** The line of a home row: 2 to 8 px by score within the row. */
export function rowThickness(scores: readonly number[]): number[] {
  const lowest = Math.min(...scores)
  const range = Math.max(...scores) - lowest
  return scores.map((score) => (range > 0 ? 2 + (6 * (score - lowest)) / range : 5))
}

/** A step of a chain by the playlists that hold both songs. */
export const chainThickness = (together: number | null | undefined): number =>
  together ? Math.min(9, 3 + together / 7) : 3

/** A strand of Why: 26 px for the whole score. */
export const whyThickness = (share: number): number => 26 * share
