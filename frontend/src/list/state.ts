/** What a list is made of. The address holds all of it, so that a list can be kept, shared and gone back to. */
import type { Mode } from '@/api/types'

export type ListMode = Exclude<Mode, 'sequence'>
export type DialName = 'adventurous' | 'popularity' | 'variety'
export type RangeName = 'energy' | 'tempo' | 'year' | 'valence' | 'acousticness'
/** `never`: not known at all. `year`: not played for a year; known songs may come. */
export type Heard = 'never' | 'year'
export interface Range {
  min?: number
  max?: number
}

export interface ListState {
  /** Ids of tracks, in the order they were named. */
  seeds: readonly string[]
  /** Ids of tracks that the list steers away from, where something is named. */
  away: readonly string[]
  /** A mood in words: songs of lists with such names. */
  name: string | null
  mode: ListMode
  /** 0 to 100; what is missing is the mode's own. */
  dials: Partial<Record<DialName, number>>
  perArtist: number | null
  ranges: Partial<Record<RangeName, Range>>
  /** What the signed-in person knows: only what is new to them, or only what they have not played for a year. */
  heard: Heard | null
  set: number
}

export const MODES: readonly { value: ListMode; name: string }[] = [
  { value: 'balanced', name: 'Balanced' },
  { value: 'similar', name: 'Just like these' },
  { value: 'deep_cuts', name: 'Deep cuts' },
  { value: 'discover', name: 'Discover' },
  { value: 'hits', name: 'Hits' },
]
export const MOST_SEEDS = 20
export const MOST_SETS = 20
export const NAME_LENGTH = 200

export const EMPTY: ListState = {
  seeds: [],
  away: [],
  name: null,
  mode: 'balanced',
  dials: {},
  perArtist: null,
  ranges: {},
  heard: null,
  set: 1,
}

/** Whether the list starts from something named, not from a person's taste. */
export const isNamed = (state: ListState): boolean => state.seeds.length > 0 || state.name !== null

/** A change of what the list is made of begins with its first set again. */
export const changed = (state: ListState, change: Partial<ListState>): ListState => ({ ...state, set: 1, ...change })

export const withSeed = (state: ListState, id: string): ListState =>
  state.seeds.includes(id) || state.seeds.length >= MOST_SEEDS ? state : changed(state, { seeds: [...state.seeds, id] })

export const withoutSeed = (state: ListState, id: string): ListState =>
  changed(state, { seeds: state.seeds.filter((seed) => seed !== id) })

/** Steers away from a track; one that is named cannot be steered away from. */
export const withAway = (state: ListState, id: string): ListState =>
  [...state.seeds, ...state.away].includes(id) || state.away.length >= MOST_SEEDS
    ? state
    : changed(state, { away: [...state.away, id] })

export const withoutAway = (state: ListState, id: string): ListState =>
  changed(state, { away: state.away.filter((one) => one !== id) })

/** Sets one range; one without bounds is taken away. */
export function withRange(state: ListState, name: RangeName, range: Range | null): ListState {
  const { [name]: _, ...others } = state.ranges
  const bounded = range && (range.min !== undefined || range.max !== undefined)
  return changed(state, { ranges: bounded ? { ...others, [name]: range } : others })
}

/** The mode's own settings again, without ranges; what was named stays. */
export const untuned = (state: ListState): ListState =>
  changed(EMPTY, { seeds: state.seeds, away: state.away, name: state.name })

export const isTuned = (state: ListState): boolean =>
  state.mode !== EMPTY.mode ||
  state.perArtist !== null ||
  state.heard !== null ||
  Object.keys(state.dials).length > 0 ||
  Object.keys(state.ranges).length > 0
