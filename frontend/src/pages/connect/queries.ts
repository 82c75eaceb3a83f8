import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { type Library, reading } from './states'

const PAGE = 20
const LOOK_MS = 2_000

export const linkQuery = queryOptions({
  queryKey: ['spotify', 'link'],
  queryFn: ({ signal }) => data(api.GET('/v1/spotify', { signal })),
})

/** A link that was just made is read within seconds. */
const begins = (library: Library | undefined) => library && !library.job && !library.synced_at

/** What was read. */
export const libraryQuery = queryOptions({
  queryKey: ['spotify', 'library'],
  queryFn: ({ signal }) => data(api.GET('/v1/spotify/library', { signal })),
})

/** The same; asked for again while a reading runs, or one is about to begin. */
export const watchedLibraryQuery = queryOptions({
  ...libraryQuery,
  refetchInterval: ({ state }) => (reading(state.data) || begins(state.data) ? LOOK_MS : false),
})

export const tracksQuery = infiniteQueryOptions({
  queryKey: ['spotify', 'tracks'],
  queryFn: ({ pageParam, signal }) =>
    data(
      api.GET('/v1/spotify/tracks', {
        params: { query: { section: 'liked', limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } },
        signal,
      }),
    ),
  initialPageParam: '',
  getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
})

/** Leaves for the page of Spotify that asks to agree. */
export async function leaveForSpotify(): Promise<void> {
  const { url } = await data(api.GET('/v1/spotify/start', { params: { query: { purpose: 'read' } } }))
  window.location.assign(url)
}

export const bringCode = (code: string, state: string) =>
  data(api.POST('/v1/spotify/callback', { body: { code, state } }))
export const readAgain = () => data(api.POST('/v1/spotify/sync'))
export const disconnect = () => data(api.DELETE('/v1/spotify'))
