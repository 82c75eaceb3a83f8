import { useQuery } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import type { Report, Track } from '@/api/types'
import type { ReportTrack } from './queries'

/** The whole tracks behind the names in a report: covers are drawn from what the report leaves out. */
export function useTracks(ids: readonly string[]): { found: ReadonlyMap<string, Track>; settled: boolean } {
  const answer = useQuery({
    queryKey: ['report-tracks', ids],
    queryFn: ({ signal }) => data(api.POST('/v1/tracks:batch', { body: { ids: [...ids] }, signal })),
    enabled: ids.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return { found: new Map(answer.data?.items.map((track) => [track.id, track])), settled: !answer.isLoading }
}

/** Every track that a report names, each once. */
export const namedTracks = (report: Pick<Report, 'clusters' | 'records'>): string[] => [
  ...new Set(
    [...report.clusters.flatMap(({ tracks }) => tracks), ...report.records.map(({ track }) => track)].map(
      ({ id }) => id,
    ),
  ),
]

/** A track as far as a report knows it, for when the rest cannot be had. */
export const asTrack = ({ id, title, artists, year, genres }: ReportTrack): Track =>
  ({
    id,
    title,
    artists: artists.map((name) => ({ id: '', name })),
    year,
    genres,
    external_ids: {},
  }) as unknown as Track
