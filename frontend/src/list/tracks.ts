/** Tracks by their ids, asked once: what was shown or named before is not asked again. */
import { useQuery } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { onSession } from '@/api/session'
import type { Track } from '@/api/types'

const known = new Map<string, Track>()

/** What was kept holds a person's likes: another person starts anew. */
onSession(() => known.clear())

/** Keeps tracks that came with another answer. */
export function remember(tracks: readonly Track[]): void {
  for (const track of tracks) known.set(track.id, track)
}

/** The tracks that exist, in the order of the ids. */
async function fetchTracks(ids: readonly string[], signal: AbortSignal): Promise<Track[]> {
  const missing = ids.filter((id) => !known.has(id))
  if (missing.length) remember((await data(api.POST('/v1/tracks:batch', { body: { ids: missing }, signal }))).items)
  return found(ids)
}

const found = (ids: readonly string[]) => ids.flatMap((id) => known.get(id) ?? [])

export function useTracks(ids: readonly string[]) {
  const all = found(ids)
  return useQuery({
    queryKey: ['tracks', ids],
    queryFn: ({ signal }) => fetchTracks(ids, signal),
    enabled: ids.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
    ...(all.length === ids.length ? { initialData: all } : {}),
  })
}
