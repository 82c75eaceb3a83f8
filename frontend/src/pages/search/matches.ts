import type { Artist, Track } from '@/api/types'

/** Words as the search takes them: without accents, lower case. */
export const wordsOf = (text: string): string[] =>
  folded(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)

const folded = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase('en')

export interface Reading {
  /** What each word of the query stands for in the names that were found. */
  words: string[]
  /** Whether a word was not there and another one was taken for it. */
  corrected: boolean
}

/** How the query was read: words that no name begins with are taken for the nearest word of the names found. */
export function readingOf(query: string, names: readonly string[]): Reading {
  const known = names.flatMap(wordsOf)
  const asked = wordsOf(query)
  const words = asked.map((word) => (known.some((other) => other.startsWith(word)) ? word : nearest(word, known)))
  return { words, corrected: words.some((word, i) => word !== asked[i]) }
}

export const namesOf = (tracks: readonly Track[]): string[] =>
  tracks.flatMap((track) => [track.title, ...track.artists.map(({ name }) => name)])

/** The word with the fewest slips of the pen, at most one in three letters; the word itself where none is near. */
function nearest(word: string, known: readonly string[]): string {
  const most = Math.max(1, Math.floor(word.length / 3))
  let best = word
  let fewest = most + 1
  for (const other of new Set(known)) {
    if (Math.abs(other.length - word.length) > most) continue
    const slips = distance(word, other)
    if (slips < fewest) [best, fewest] = [other, slips]
  }
  return best
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      row[j] = Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, (last[j - 1] as number) + same)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) row[j] = Math.min(row[j] as number, (before[j - 2] as number) + 1)
    }
    before = last
    last = row
  }
  return last[b.length] as number
}

export interface Piece {
  text: string
  match: boolean
  at: number
}

/** A name cut into pieces, with those words marked that begin with a word of the query. */
export function piecesOf(name: string, words: readonly string[]): Piece[] {
  const pieces: Piece[] = []
  for (const { 0: text, index } of name.matchAll(/[\p{L}\p{N}\p{M}]+|[^\p{L}\p{N}\p{M}]+/gu)) {
    const match = words.some((word) => folded(text).startsWith(word))
    const open = pieces.at(-1)
    if (open && open.match === match) open.text += text
    else pieces.push({ text, match, at: index })
  }
  return pieces
}

export interface FoundArtist {
  artist: Artist
  /** The song whose cover stands for the artist. */
  track: Track
}

/** The artists whose names hold a word of the query, each once, in the order of their songs. */
export function artistsOf(tracks: readonly Track[], words: readonly string[]): FoundArtist[] {
  const found = new Map<string, FoundArtist>()
  for (const track of tracks)
    for (const artist of track.artists) {
      const named = wordsOf(artist.name)
      const fits = words.length > 0 && words.every((word) => named.some((other) => other.startsWith(word)))
      if (fits && !found.has(artist.id)) found.set(artist.id, { artist, track })
    }
  return [...found.values()]
}
