/** Rows that are named by hand: the row shows its track at once, then the import its counts. */
import type { Schemas } from '@/api/types'
import { queryClient } from '@/app/queryClient'
import { tasteChanged } from '@/feedback/opinions'
import { correctRow, renewImport, unmatchedQuery } from './queries'

type Page = Schemas['UnmatchedPage']

/** Pages with the track of one row named. */
export const withTrack = (pages: readonly Page[], number: number, track: string): Page[] =>
  pages.map((page) => ({
    ...page,
    items: page.items.map((row) => (row.number === number ? { ...row, track } : row)),
  }))

/** Names the track of a row, and shows it at once. */
export async function fixRow(id: string, number: number, track: string): Promise<void> {
  await correctRow(id, number, track)
  queryClient.setQueryData(unmatchedQuery(id).queryKey, (held) =>
    held ? { ...held, pages: withTrack(held.pages, number, track) } : held,
  )
  await renewImport(id)
  tasteChanged()
}
