import { quantileSorted } from 'd3-array'
import type { Features, Schemas, Track } from '@/api/types'

export interface FeatureRange {
  word: string
  /** In percent of the axis: eight songs in ten lie between `from` and `to`. */
  from: number
  to: number
  middle: number
  catalogue: number | null
}

const SHOWN: readonly { name: keyof Features; word: string }[] = [
  { name: 'energy', word: 'Energy' },
  { name: 'valence', word: 'Mood' },
  { name: 'acousticness', word: 'Acousticness' },
  { name: 'danceability', word: 'Danceability' },
]
/** With fewer songs a range says nothing. */
const LEAST = 5

/** Where an artist's songs lie on each feature, beside the catalogue's median. */
export function rangesOf(
  tracks: readonly Track[],
  distributions: readonly Schemas['FeatureDistribution'][],
): FeatureRange[] {
  return SHOWN.flatMap(({ name, word }) => {
    const values = tracks.flatMap(({ features }) => features?.[name] ?? []).sort((a, b) => a - b)
    if (values.length < LEAST) return []
    const at = (share: number) => Math.round(1000 * (quantileSorted(values, share) ?? 0)) / 10
    const median = distributions.find((one) => one.name === name)?.percentiles[50]
    return [
      { word, from: at(0.1), to: at(0.9), middle: at(0.5), catalogue: median === undefined ? null : median * 100 },
    ]
  })
}
