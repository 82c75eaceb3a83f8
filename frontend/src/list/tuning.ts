/** Words, bounds and presets of the dials and ranges of Tune. */

import { capital } from '@/words/numbers'
import type { DialName, ListMode, Range, RangeName } from './state'

export interface DialWords {
  name: DialName
  label: string
  low: string
  high: string
  lower: string
  higher: string
}

export const DIALS: readonly DialWords[] = [
  {
    name: 'adventurous',
    label: 'Familiar or new',
    low: 'Familiar',
    high: 'New',
    lower: 'more familiar',
    higher: 'newer',
  },
  { name: 'popularity', label: 'Popularity', low: 'Deep cuts', high: 'Hits', lower: 'deeper', higher: 'better known' },
  { name: 'variety', label: 'Variety', low: 'One mood', high: 'All over', lower: 'narrower', higher: 'wider' },
]

interface Preset extends Record<DialName, number> {
  perArtist: number | null
}

/** What each mode sets by itself: PRESETS of services/recommend/ranking/scoring.py, in percent. */
export const PRESETS: Readonly<Record<ListMode, Preset>> = {
  balanced: { adventurous: 0, popularity: 50, variety: 20, perArtist: 3 },
  similar: { adventurous: 0, popularity: 50, variety: 0, perArtist: null },
  deep_cuts: { adventurous: 20, popularity: 1, variety: 20, perArtist: 2 },
  discover: { adventurous: 80, popularity: 23, variety: 40, perArtist: 1 },
  hits: { adventurous: 0, popularity: 97, variety: 20, perArtist: 3 },
}

const MIDDLE = 50

/** A dial's value in words: "Middle", "A little newer", "Newer", then the word at its end. */
export function dialWord({ low, high, lower, higher }: DialWords, value: number): string {
  const away = value - MIDDLE
  const [end, towards] = away < 0 ? [low, lower] : [high, higher]
  const size = Math.abs(away)
  if (size < 6) return 'Middle'
  if (size < 20) return `A little ${towards}`
  return size < 30 ? capital(towards) : end
}

export interface RangeWords {
  name: RangeName
  label: string
  min: number
  max: number
  step: number
  unit: string
  decimals: number
}

const shareOf = (name: RangeName, label: string): RangeWords => ({
  name,
  label,
  min: 0,
  max: 1,
  step: 0.05,
  unit: '',
  decimals: 2,
})

export const RANGES: readonly RangeWords[] = [
  shareOf('energy', 'Energy'),
  { name: 'tempo', label: 'Tempo', min: 40, max: 220, step: 5, unit: ' BPM', decimals: 0 },
  { name: 'year', label: 'Year', min: 1950, max: new Date().getFullYear(), step: 1, unit: '', decimals: 0 },
  shareOf('valence', 'Mood'),
  shareOf('acousticness', 'Acousticness'),
]

/** Ranges that stand behind one more press. */
export const FURTHER_RANGES: readonly RangeName[] = ['valence', 'acousticness']

/** "85 to 140 BPM", or "Any" where nothing is cut. */
export function rangeWords(words: RangeWords, range: Range | undefined): string {
  if (!range) return 'Any'
  const number = (value: number) => value.toFixed(words.decimals)
  if (range.min === undefined) return `up to ${number(range.max ?? words.max)}${words.unit}`
  if (range.max === undefined) return `from ${number(range.min)}${words.unit}`
  return `${number(range.min)} to ${number(range.max)}${words.unit}`
}

/** The bounds as chosen; a bead at the end of its rail does not bound. */
export const rangeOf = ({ min, max }: RangeWords, from: number, to: number): Range => ({
  ...(from > min ? { min: from } : {}),
  ...(to < max ? { max: to } : {}),
})
