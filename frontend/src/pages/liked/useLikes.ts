import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api, data } from '@/api/client'

/** The first page is quick, the rest comes in few requests. */
const FIRST = 50
const MORE = 500

const likesQuery = infiniteQueryOptions({
  queryKey: ['liked', 'pages'],
  initialPageParam: null as string | null,
  queryFn: ({ pageParam, signal }) =>
    data(
      api.GET('/v1/me/likes', {
        params: { query: pageParam ? { limit: MORE, cursor: pageParam } : { limit: FIRST } },
        signal,
      }),
    ),
  getNextPageParam: (last) => last.next_cursor ?? null,
})

/** The likes that are here, the latest first; with `all` the rest is fetched page after page. */
export function useLikes(all: boolean) {
  const query = useInfiniteQuery(likesQuery)
  const { hasNextPage, isFetching, isError, fetchNextPage } = query
  useEffect(() => {
    if (all && hasNextPage && !isFetching && !isError) void fetchNextPage()
  }, [all, hasNextPage, isFetching, isError, fetchNextPage])
  const pages = query.data?.pages ?? []
  return { ...query, likes: pages.flatMap(({ items }) => items), total: pages.at(-1)?.total ?? 0 }
}
