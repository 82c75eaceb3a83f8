import { queryOptions } from '@tanstack/react-query'
import { api, data } from '@/api/client'

const NEIGHBOURS = 8

const track = (id: string) =>
  queryOptions({
    queryKey: ['track', id],
    queryFn: ({ signal }) => data(api.GET('/v1/tracks/{id}', { params: { path: { id } }, signal })),
  })

/** The nearest songs, with the reason of each. */
const similar = (id: string) =>
  queryOptions({
    queryKey: ['recommendations', 'similar', id],
    queryFn: ({ signal }) =>
      data(api.GET('/v1/tracks/{id}/similar', { params: { path: { id }, query: { limit: NEIGHBOURS } }, signal })),
  })

/** Other releases of the same recording. */
const versions = (id: string) =>
  queryOptions({
    queryKey: ['versions', id],
    queryFn: ({ signal }) => data(api.GET('/v1/tracks/{id}/versions', { params: { path: { id } }, signal })),
    staleTime: 60 * 60_000,
  })

/** How the features are distributed over the catalogue; the same for everybody until the next release. */
const distributions = queryOptions({
  queryKey: ['release', 'features'],
  staleTime: 60 * 60_000,
  queryFn: ({ signal }) => data(api.GET('/v1/releases/current/features', { signal })),
})

export const queries = { track, similar, versions, distributions }
