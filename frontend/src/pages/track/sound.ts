import type { Features, Schemas, Track } from '@/api/types'
import { count } from '@/words/dates'

export type Distribution = Schemas['FeatureDistribution']
type Name = keyof Features

/** The strips of the page, in this order, with the word that listeners read. */
const STRIPS: readonly { name: Name; word: string }[] = [
  { name: 'energy', word: 'Energy' },
  { name: 'valence', word: 'Mood' },
  { name: 'danceability', word: 'Danceability' },
  { name: 'acousticness', word: 'Acousticness' },
  { name: 'instrumentalness', word: 'Instrumental' },
  { name: 'tempo', word: 'Tempo' },
]

export interface Strip {
  name: string
  word: string
  /** Where the song stands, in words: "lower than 75%". */
  says: string
  /** 0 to 1 on the axis. */
  at: number
  distribution: Distribution
}

/** The features of a track that are known, each beside the catalogue's. */
export function stripsOf(track: Track, distributions: readonly Distribution[]): Strip[] {
  return STRIPS.flatMap(({ name, word }) => {
    const value = track.features?.[name]
    const distribution = distributions.find((one) => one.name === name)
    if (typeof value !== 'number' || !distribution) return []
    const { low, high } = distribution
    const at = Math.min(1, Math.max(0, (value - low) / (high - low)))
    return [{ name, word, says: wordsOf(name, value, rankOf(value, distribution)), at, distribution }]
  })
}

/** Share of the catalogue below a value, ties half, 0 to 1: read off the 101 percentiles. */
export function rankOf(value: number, { percentiles }: Pick<Distribution, 'percentiles'>): number {
  const below = percentiles.filter((edge) => edge < value).length
  const upto = percentiles.filter((edge) => edge <= value).length
  return (below + upto) / (2 * percentiles.length)
}

const MIDDLE = 0.08
const SUNG = 0.1
const UNSUNG = 0.5

function wordsOf(name: Name, value: number, rank: number): string {
  if (name === 'instrumentalness') return value < SUNG ? 'sung' : value > UNSUNG ? 'without voice' : 'little voice'
  const place = placeOf(rank)
  return name === 'tempo' ? `${Math.round(value)} BPM, ${place}` : place
}

function placeOf(rank: number): string {
  if (Math.abs(rank - 0.5) < MIDDLE) return 'near the middle'
  const share = Math.min(99, Math.round(100 * (rank > 0.5 ? rank : 1 - rank)))
  return rank > 0.5 ? `higher than ${share}%` : `lower than ${share}%`
}

const KEYS = ['C', 'C♯', 'D', 'E♭', 'E', 'F', 'F♯', 'G', 'A♭', 'A', 'B♭', 'B']

/** "A minor"; null where no key was found. */
export function keyOf(features: Features | null | undefined): string | null {
  const key = features?.key
  if (typeof key !== 'number' || key < 0) return null
  const mode = features?.mode
  return `${KEYS[key]}${mode === 1 ? ' major' : mode === 0 ? ' minor' : ''}`
}

/** The share of songs that are in more playlists: "top 6%"; below the middle "in few playlists". */
export function popularityOf(popularity: number | null | undefined): string | null {
  if (typeof popularity !== 'number') return null
  if (popularity < 50) return 'in few playlists'
  return `top ${count(Math.max(1, Math.round(100 - popularity)))}%`
}
