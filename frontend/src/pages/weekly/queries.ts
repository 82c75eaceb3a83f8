import { queryOptions } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { remember } from '@/list/tracks'

/** The lists of this week; the first look of a week makes them, which takes a second. */
export const weeklyQuery = queryOptions({
  queryKey: ['weekly'],
  queryFn: async ({ signal }) => {
    const found = await data(api.GET('/v1/me/weekly', { signal }))
    remember(found.lists.flatMap(({ tracks }) => tracks.map(({ track }) => track)))
    return found
  },
})
