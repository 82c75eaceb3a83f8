import type { Track } from '@/api/types'

export interface RecordFound {
  name: string
  year: number | null
  /** The best known song of it: its cover stands for the record. */
  track: Track
}

/** The records that songs are on, newest first. Songs that name no record are left out. */
export function recordsOf(tracks: readonly Track[]): RecordFound[] {
  const found = new Map<string, RecordFound>()
  for (const track of tracks) {
    if (!track.album) continue
    const known = found.get(track.album)
    if (!known) found.set(track.album, { name: track.album, year: track.year ?? null, track })
    else if (track.year && (!known.year || track.year < known.year)) known.year = track.year
  }
  return [...found.values()].sort((a, b) => (b.year ?? 0) - (a.year ?? 0))
}

/** Three covers that stand for an artist: of three records where there are so many, else of other songs. */
export function coversOf(tracks: readonly Track[]): Track[] {
  const records = new Set<string>()
  const first = tracks.filter(({ album, id }) => {
    const record = album ?? id
    return !records.has(record) && records.add(record)
  })
  return [...first, ...tracks.filter((track) => !first.includes(track))].slice(0, 3)
}

/** "2010 to 2017", one year, or null. */
export function yearsOf(tracks: readonly Track[]): string | null {
  const years = tracks.flatMap(({ year }) => year ?? [])
  if (years.length === 0) return null
  const [first, last] = [Math.min(...years), Math.max(...years)]
  return first === last ? String(first) : `${first} to ${last}`
}

/** The genre that most songs have, the narrower one first. */
export function genreOf(tracks: readonly Track[]): string | null {
  const counts = new Map<string, number>()
  for (const { genres } of tracks) {
    const genre = genres?.at(-1)
    if (genre) counts.set(genre, (counts.get(genre) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null
}
