/** Rows that were named by hand: how many rows of the file they stand for, and how many plays and likes they recorded. */
import { queryOptions } from '@tanstack/react-query'
import type { Schemas } from '@/api/types'
import { queryClient } from '@/app/queryClient'
import { tasteChanged } from '@/feedback/opinions'
import { correctRow, unmatchedQuery } from './queries'

type Page = Schemas['UnmatchedPage']

/** What the person's choices recorded since the page was opened; the server's own count is that of the import. */
export const fixedQuery = (id: string) =>
  queryOptions({ queryKey: ['imports', 'fixed', id], queryFn: () => 0, staleTime: Number.POSITIVE_INFINITY })

export const fixedRows = (pages: readonly Page[] | undefined) =>
  (pages ?? []).flatMap(({ items }) => items).reduce((sum, { track, count }) => sum + (track ? count : 0), 0)

/** Pages with the track of one row named. */
export const withTrack = (pages: readonly Page[], number: number, track: string): Page[] =>
  pages.map((page) => ({
    ...page,
    items: page.items.map((row) => (row.number === number ? { ...row, track } : row)),
  }))

/** Names the track of a row, and shows it at once. */
export async function fixRow(id: string, number: number, track: string): Promise<void> {
  const { new: fresh } = await correctRow(id, number, track)
  queryClient.setQueryData(unmatchedQuery(id).queryKey, (held) =>
    held ? { ...held, pages: withTrack(held.pages, number, track) } : held,
  )
  queryClient.setQueryData(fixedQuery(id).queryKey, (before = 0) => before + fresh)
  tasteChanged()
}
