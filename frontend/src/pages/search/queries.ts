import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, data } from '@/api/client'

const PAGE = 20
const ARTIST_TRACKS = 50

/** Songs whose title or artist comes near the words, page by page. */
export const tracksQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ['search', 'songs', q],
    enabled: q !== '',
    placeholderData: keepPreviousData,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/v1/search', {
          params: { query: { q, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    getNextPageParam: (last) => last.next_cursor ?? null,
  })

/** Songs by artists whose names come near the words: the artists are read off them. */
export const artistTracksQuery = (q: string) =>
  queryOptions({
    queryKey: ['search', 'artists', q],
    enabled: q !== '',
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      data(api.GET('/v1/search', { params: { query: { q, by: 'artist', limit: ARTIST_TRACKS } }, signal })),
  })

export const popularQuery = queryOptions({
  queryKey: ['recommendations', 'trending'],
  queryFn: ({ signal }) => data(api.GET('/v1/trending', { params: { query: { limit: 12 } }, signal })),
})

export const releaseQuery = queryOptions({
  queryKey: ['release'],
  staleTime: 10 * 60_000,
  queryFn: ({ signal }) => data(api.GET('/v1/releases/current', { signal })),
})
