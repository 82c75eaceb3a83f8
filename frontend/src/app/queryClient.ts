import { QueryClient } from '@tanstack/react-query'
import { Problem } from '@/api/problem'

const STALE_MS = 30_000
const RETRIES = 2

/** Answers of this kind do not change by asking again. */
const settled = (error: Error) => error instanceof Problem && error.status >= 400 && error.status < 500

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      gcTime: 10 * 60_000,
      retry: (failures, error) => failures < RETRIES && !settled(error),
      retryDelay: (attempt) => 400 * 2 ** attempt,
      refetchOnWindowFocus: false,
    },
  },
})
