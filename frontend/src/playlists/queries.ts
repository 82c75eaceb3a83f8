import { type InfiniteData, infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import type { Schemas } from '@/api/types'
import { queryClient } from '@/app/queryClient'

export type Playlist = Schemas['Playlist']
export type PlaylistSummary = Schemas['PlaylistSummary']
export type PlaylistItem = Schemas['PlaylistItem']

const LISTS_PER_PAGE = 20
const LISTS_IN_A_MENU = 100
const TRACKS_PER_PAGE = 200
const COVER_TRACKS = 4

/** The person's playlists, page by page. */
export const playlistsQuery = infiniteQueryOptions({
  queryKey: ['playlists', 'pages'],
  initialPageParam: null as string | null,
  queryFn: ({ pageParam, signal }) =>
    data(
      api.GET('/v1/me/playlists', {
        params: { query: { limit: LISTS_PER_PAGE, ...(pageParam ? { cursor: pageParam } : {}) } },
        signal,
      }),
    ),
  getNextPageParam: (last) => last.next_cursor ?? null,
})

/** As many playlists as a menu can show. */
export const playlistsForMenu = queryOptions({
  queryKey: ['playlists', 'menu'],
  queryFn: async ({ signal }) =>
    (await data(api.GET('/v1/me/playlists', { params: { query: { limit: LISTS_IN_A_MENU } }, signal }))).items,
})

/** The first tracks of a playlist, for its cover; asked anew when its version changed. */
export const coverQuery = ({ id, version }: Pick<PlaylistSummary, 'id' | 'version'>) =>
  queryOptions({
    queryKey: ['playlist-cover', id, version],
    queryFn: async ({ signal }) =>
      (
        await data(
          api.GET('/v1/me/playlists/{id}', { params: { path: { id }, query: { limit: COVER_TRACKS } }, signal }),
        )
      ).items.map(({ track }) => track),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** A playlist with its tracks in order, page by page. */
export const playlistQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['playlist', id],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/v1/me/playlists/{id}', {
          params: {
            path: { id },
            query: { limit: TRACKS_PER_PAGE, ...(pageParam ? { cursor: pageParam } : {}) },
          },
          signal,
        }),
      ),
    getNextPageParam: (last) => last.next_cursor ?? null,
  })

/** The header of a change that only counts for the version that was read. */
export const ifMatch = (version: number) => ({ 'if-match': `"${version}"` })

/** The playlist as it was read: its newest facts and all tracks of the pages that are here. */
export function whole(pages: InfiniteData<Playlist>): { playlist: Playlist; items: PlaylistItem[] } {
  return { playlist: pages.pages[0] as Playlist, items: pages.pages.flatMap(({ items }) => items) }
}

/** Shows a change before it is read again: new facts, and all tracks on the first page. */
export function showChanged(id: string, facts: Partial<PlaylistSummary>, items?: readonly PlaylistItem[]): void {
  queryClient.setQueryData<InfiniteData<Playlist>>(['playlist', id], (before) => {
    if (!before) return before
    const pages = before.pages.map((page, nth) => ({
      ...page,
      ...facts,
      ...(items ? { items: nth === 0 ? [...items] : [] } : {}),
    }))
    return { ...before, pages }
  })
}

export function readAgain(id?: string): void {
  void queryClient.invalidateQueries({ queryKey: ['playlists'] })
  if (id) void queryClient.invalidateQueries({ queryKey: ['playlist', id] })
}
