/** What a guest sees of this catalogue before naming anything. */
import type { Recommended, Track } from '@/api/types'

const TO_TRY = 6
const WALL = 16

export interface Showcase {
  /** Songs to start from, of as many genres as there are. */
  toTry: Track[]
  /** Covers beside the box, none of them twice. */
  wall: Track[]
}

/** Six songs of different genres and artists, then sixteen others for the wall. */
export function showcase(tracks: readonly Track[]): Showcase {
  const toTry = distinct(tracks, (track) => track.genres?.[0] ?? track.id, TO_TRY)
  const rest = tracks.filter((track) => !toTry.includes(track))
  return { toTry, wall: mixed(rest).slice(0, WALL) }
}

/** The first tracks of which no two share the key; filled up from the front where there are too few keys. */
function distinct(tracks: readonly Track[], key: (track: Track) => string, count: number): Track[] {
  const keys = new Set<string>()
  const first = tracks.filter((track) => !keys.has(key(track)) && keys.add(key(track)))
  return [...first, ...tracks.filter((track) => !first.includes(track))].slice(0, count)
}

/** One of each genre in turn, so that like covers do not stand together. */
function mixed(tracks: readonly Track[]): Track[] {
  const turn = new Map<string, number>()
  const placed = tracks.map((track) => {
    const genre = track.genres?.[0] ?? ''
    const nth = turn.get(genre) ?? 0
    turn.set(genre, nth + 1)
    return { track, nth }
  })
  return placed.sort((a, b) => a.nth - b.nth).map(({ track }) => track)
}

/** The next song of a chain: the best that is not in it and not by an artist of it; null where there is none. */
export function nextInChain(chain: readonly Track[], found: readonly Recommended[]): Recommended | null {
  const artists = new Set(chain.flatMap((track) => track.artists.map(({ id }) => id)))
  const ids = new Set(chain.map(({ id }) => id))
  return found.find(({ track }) => !ids.has(track.id) && !track.artists.some(({ id }) => artists.has(id))) ?? null
}
