/** What the map is made of: points, ids and labels of one release, the person's likes, and songs by their ids. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, data } from '@/api/client'
import { useSession } from '@/api/session'
import { useOpinions } from '@/feedback/opinions'
import { type Places, placesOf } from './nearest'
import type { Cluster } from './placedLabels'
import { type Ids, idsOf, type Points, pointsOf } from './points'
import { ofServedRelease } from './servedRelease'

const A_PAGE = 500
const MOST_PAGES = 4

export interface CatalogueMap {
  release: string
  points: Points
  ids: Ids
  clusters: readonly Cluster[]
  places: Places
}

const labels = () => data(api.GET('/v1/map/{release}/labels', { params: { path: { release: 'current' } } }))

async function mapOf({ release, clusters }: Awaited<ReturnType<typeof labels>>): Promise<CatalogueMap> {
  const path = { params: { path: { release } }, parseAs: 'arrayBuffer' } as const
  const [points, ids] = await Promise.all([
    data(api.GET('/v1/map/{release}.bin', path)),
    data(api.GET('/v1/map/{release}/ids.bin', path)),
  ])
  const read = pointsOf(points)
  return { release, points: read, ids: idsOf(ids), clusters: clusters as Cluster[], places: placesOf(read) }
}

/** The map of the release that was served when the app was opened. It is kept as it came: a map is large and never changes. */
export const useMap = () =>
  useQuery({
    queryKey: ['map'],
    queryFn: () => ofServedRelease(labels, mapOf),
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  })

async function allLikes(): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | null | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = cursor ? { limit: A_PAGE, cursor } : { limit: A_PAGE }
    const answer = await data(api.GET('/v1/me/likes', { params: { query } }))
    ids.push(...answer.items.map(({ track }) => track.id))
    cursor = answer.next_cursor
    if (!cursor) break
  }
  return ids
}

/** Rows of the songs that the person likes: the account's, at most 2,000, and what was said here. */
export function useLikedRows(ids: Ids | undefined): readonly number[] {
  const session = useSession()
  const said = useOpinions()
  const kept = useQuery({ queryKey: ['liked', 'map'], queryFn: allLikes, enabled: session.kind === 'signed' })
  return useMemo(() => {
    const before = (kept.data ?? []).filter((id) => !said.has(id))
    const now = [...said].filter(([, kind]) => kind === 'like').map(([id]) => id)
    return [...before, ...now].flatMap((id) => ids?.rowOf(id) ?? [])
  }, [kept.data, said, ids])
}
