/** Words of what does not count. */
import type { Exclusion } from '@/mutes/exclusions'
import { periodWords } from '@/mutes/months'
import type { PlaylistSummary } from '@/playlists/queries'
import { counted } from '@/words/dates'
import { capital } from '@/words/numbers'

/** "Nothing from December 2025", "Playlist “Songs for the car seat”", the song, or the source. */
export function exclusionTitle(
  { kind, track, playlist, source, since, until }: Exclusion,
  playlists: readonly Pick<PlaylistSummary, 'id' | 'name'>[],
): string {
  if (kind === 'period') return periodWords(since, until)
  if (kind === 'source') return `Everything from ${sourceName(source ?? '')}`
  if (kind === 'track') return track?.title ?? 'A song that is not here any more'
  const name = playlists.find(({ id }) => id === playlist)?.name
  return name ? `Playlist “${name}”` : 'One of your playlists'
}

const SOURCES: Readonly<Record<string, string>> = { web: 'this app', api: 'the API' }

/** Sources are named by what sent them. */
export const sourceName = (source: string): string => SOURCES[source] ?? source

/** "212 likes, plays and skips left out". */
export function excludedEvents({ kind, events }: Pick<Exclusion, 'kind' | 'events'>): string {
  const counts = events
    ? `${counted(events, 'like, play or skip', 'likes, plays and skips')} left out`
    : 'nothing is left out by it now'
  return kind === 'track' ? `This song is not me, ${counts}` : capital(counts)
}
