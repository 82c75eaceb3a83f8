import { infiniteQueryOptions } from '@tanstack/react-query'
import { api, data } from '@/api/client'

export const historyQuery = infiniteQueryOptions({
  queryKey: ['history'],
  initialPageParam: null as string | null,
  queryFn: ({ pageParam, signal }) =>
    data(
      api.GET('/v1/me/recommendations/history', {
        params: { query: pageParam ? { cursor: pageParam } : {} },
        signal,
      }),
    ),
  getNextPageParam: (last) => last.next_cursor ?? null,
})
