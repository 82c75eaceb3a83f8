import { queryOptions } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { remember } from '@/list/tracks'

const AGAIN_MS = 5000

/** The weeks before whose lists are kept. */
export const earlierQuery = queryOptions({
  queryKey: ['weekly', 'earlier'],
  queryFn: async ({ signal }) => (await data(api.GET('/v1/me/weekly/earlier', { signal }))).items,
})

/** The lists of an earlier week. */
export const weekQuery = (week: string) =>
  queryOptions({
    queryKey: ['weekly', 'earlier', week],
    queryFn: async ({ signal }) => {
      const found = await data(api.GET('/v1/me/weekly/earlier/{week}', { params: { path: { week } }, signal }))
      remember(found.lists.flatMap(({ tracks }) => tracks.map(({ track }) => track)))
      return found
    },
  })

/** The lists of this week; the first look of a week makes them, which takes a second. Asked again while they cannot be made. */
export const weeklyQuery = queryOptions({
  queryKey: ['weekly'],
  queryFn: async ({ signal }) => {
    const found = await data(api.GET('/v1/me/weekly', { signal }))
    remember(found.lists.flatMap(({ tracks }) => tracks.map(({ track }) => track)))
    return found
  },
  refetchInterval: ({ state }) => (state.data?.degraded ? AGAIN_MS : false),
})
