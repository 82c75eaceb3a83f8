/** Songs that the catalogue lacks: kept for the person who brought them. */
import { infiniteQueryOptions } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import type { Schemas } from '@/api/types'
import { queryClient } from '@/app/queryClient'
import { tasteChanged } from '@/feedback/opinions'
import { count, counted } from '@/words/dates'
import { renewImport } from './queries'

export type AddedTrack = Schemas['AddedTrack']
type PlacedBy = AddedTrack['placed_by']

const PAGE = 10

export const addedQuery = infiniteQueryOptions({
  queryKey: ['imports', 'added'],
  queryFn: ({ pageParam, signal }) =>
    data(
      api.GET('/v1/me/added-tracks', {
        params: { query: { limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } },
        signal,
      }),
    ),
  initialPageParam: '',
  getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
})

/** Keeps the song of one row as the person's own. */
export async function keepRow(id: string, number: number): Promise<string> {
  const found = await add(id, { number })
  await changed(id)
  return found.track ?? ''
}

/** Keeps every song that nothing comes near; how many rows of the file that were. */
export async function keepAll(id: string): Promise<number> {
  let rows = 0
  for (let after: number | null = 0; after !== null; ) {
    const found: Schemas['RowsAdded'] = await add(id, { after })
    rows += found.rows
    after = found.after ?? null
  }
  await changed(id)
  return rows
}

/** Says which song of the catalogue one of the person's own is. */
export async function nameAdded(track: string, same: string): Promise<void> {
  await api.PUT('/v1/me/added-tracks/{id}', { params: { path: { id: track } }, body: { track: same } })
  await queryClient.invalidateQueries({ queryKey: ['imports'] })
  tasteChanged()
}

export async function removeAdded(track: string): Promise<void> {
  await api.DELETE('/v1/me/added-tracks/{id}', { params: { path: { id: track } } })
  await addedChanged()
}

/** Reads again what another window may have removed. */
export async function addedChanged(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ['imports'] })
  tasteChanged()
}

const add = (id: string, body: { number?: number; after?: number }) =>
  data(
    api.POST('/v1/me/imports/{id}/unmatched/added', {
      params: { path: { id } },
      body: { after: 0, number: null, ...body },
    }),
  )

async function changed(id: string): Promise<void> {
  await renewImport(id)
  await queryClient.invalidateQueries({ queryKey: ['imports', 'unmatched', id] })
  await queryClient.invalidateQueries({ queryKey: addedQuery.queryKey })
  await queryClient.invalidateQueries({ queryKey: ['playlists'] })
  tasteChanged()
}

const BY: Readonly<Record<PlacedBy, string>> = {
  'sound and artist': 'Counts by its sound and its artist',
  artist: 'Counts by its artist',
  sound: 'Counts by its sound',
  unknown: 'In your history only',
}

/** By what a song counts, in a few words. */
export const placedWords = (by: PlacedBy): string => BY[by]

/** "12 songs. 9 of them count for your lists, by their artist or their sound. 3 stand in your history only." */
export function addedWords(placed: Readonly<Partial<Record<PlacedBy, number>>>): string {
  const total = Object.values(placed).reduce((sum, many) => sum + many, 0)
  const unknown = placed.unknown ?? 0
  const counting = total - unknown
  if (!counting)
    return `${counted(total, 'song')} by artists that this catalogue does not know: kept in your history, without effect on your lists.`
  if (!unknown) return `${counted(total, 'song')}. They count for your lists by their artist or their sound.`
  return `${counted(total, 'song')}. ${count(counting)} ${counting === 1 ? 'counts' : 'count'} for your lists, by artist or sound; of the others nothing is known, so they stand in your history only.`
}
