import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api, data } from '@/api/client'
import { announce } from '@/components/announcer/announce'
import { Degraded } from '@/components/states/Degraded'
import { Failure } from '@/components/states/Failure'
import { TrackRowBones } from '@/components/states/Skeleton'
import { TrackRow } from '@/components/track-row/TrackRow'
import { OpinionButtons } from '@/feedback/OpinionButtons'
import { isUnwanted, useOpinions } from '@/feedback/opinions'
import { counted } from '@/words/dates'
import parts from './parts.module.css'
import type { ThreadFilters } from './threads'

const TRACKS = 6

/** The songs that the chosen threads lead to, from the person's taste. */
export default function ThreadList({ filters }: { filters: ThreadFilters }) {
  useOpinions()
  const list = useQuery({
    queryKey: ['recommendations', 'threads', filters],
    queryFn: ({ signal }) =>
      data(api.GET('/v1/me/recommendations', { params: { query: { limit: TRACKS, ...filters } }, signal })),
    placeholderData: keepPreviousData,
  })
  const shown = list.data?.tracks.filter(({ track }) => !isUnwanted(track))
  const said = shown && !list.isPlaceholderData ? `${counted(shown.length, 'song')} along these threads` : ''
  useEffect(() => {
    if (said) announce(said)
  }, [said])
  if (list.error && !shown) return <Failure error={list.error} retry={() => void list.refetch()} />
  if (!shown) return <TrackRowBones rows={TRACKS} />
  if (!shown.length)
    return <p className={`soft ${parts.threadTracks}`}>Nothing here fits all of these. Take one off.</p>
  return (
    <>
      <Degraded code={list.data?.degraded} />
      <ol className={parts.threadTracks} aria-label="Along these threads">
        {shown.map(({ track }) => (
          <TrackRow key={track.id} track={track} actions={<OpinionButtons track={track} />} />
        ))}
      </ol>
    </>
  )
}
