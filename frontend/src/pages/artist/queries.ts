import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, data } from '@/api/client'

const PAGE = 20
const SIMILAR = 12

const artist = (id: string) =>
  queryOptions({
    queryKey: ['artist', id],
    queryFn: ({ signal }) => data(api.GET('/v1/artists/{id}', { params: { path: { id } }, signal })),
  })

/** All songs, the best known first; asked for when they are wanted. */
const tracks = (id: string, enabled: boolean) =>
  infiniteQueryOptions({
    queryKey: ['artist', id, 'tracks'],
    enabled,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/v1/artists/{id}/tracks', {
          params: { path: { id }, query: { limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    getNextPageParam: (last) => last.next_cursor ?? null,
  })

const similar = (id: string) =>
  queryOptions({
    queryKey: ['artist', id, 'similar'],
    queryFn: ({ signal }) =>
      data(api.GET('/v1/artists/{id}/similar', { params: { path: { id }, query: { limit: SIMILAR } }, signal })),
  })

export const queries = { artist, tracks, similar }
