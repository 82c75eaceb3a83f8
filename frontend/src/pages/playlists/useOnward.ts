import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data } from '@/api/client'
import type { Schemas } from '@/api/types'
import { remainder } from '@/playlists/onward'
import type { Playlist, PlaylistItem } from '@/playlists/queries'

const ASKED = 24

/** Songs that go on after a playlist: six of them are shown, and the next come as these are added or left out. Adding a
 * song does not change what was asked: what is shown stays under the hand. "Others" shows the next six, and at the end
 * asks anew. */
export function useOnward(playlist: Playlist, items: readonly PlaylistItem[]) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const query = useQuery({
    queryKey: ['recommendations', 'after', playlist.id],
    queryFn: ({ signal }) =>
      data(
        api.POST('/v1/playlists/continue', {
          body: { playlist: playlist.id, length: ASKED } as Schemas['Continuation'],
          signal,
        }),
      ),
  })
  const taken = new Set(items.map(({ track }) => track.id))
  const shown = remainder(query.data?.tracks ?? [], taken, left)
  const without = (ids: readonly string[]) => setLeft(new Set([...left, ...ids]))
  const others = () => {
    without(shown.map(({ track }) => track.id))
    const more = remainder(query.data?.tracks ?? [], taken, new Set([...left, ...shown.map(({ track }) => track.id)]))
    if (more.length) return
    setLeft(new Set())
    void query.refetch()
  }
  return { query, shown, leave: (id: string) => without([id]), others }
}
