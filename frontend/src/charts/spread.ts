/** Places on a rail of how far songs spread: 0 = close together, 100 = far apart. */
export interface SpreadFigures {
  /** Mean cosine of all pairs of your songs: the higher, the closer together. */
  mean: number
  /** The same of sets drawn at random: mean and standard deviation. */
  random: number
  sd: number
}

const SIGMAS = 1.96
const LEAST = 0.02

/** Your songs and the range of random sets (95 %), with the random sets' middle at 50. */
export function spread({ mean, random, sd }: SpreadFigures): { yours: number; from: number; to: number } {
  const half = SIGMAS * sd
  const reach = 1.25 * Math.max(Math.abs(mean - random), half, LEAST)
  const at = (cosine: number) => 50 - (50 * (cosine - random)) / reach
  return { yours: at(mean), from: at(random + half), to: at(random - half) }
}
