import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api, data } from '@/api/client'
import { announce } from '@/components/announcer/announce'
import { SongRow } from '@/components/song-row/SongRow'
import { Degraded } from '@/components/states/Degraded'
import { Failure } from '@/components/states/Failure'
import { SongRowBones } from '@/components/states/Skeleton'
import { OpinionButtons } from '@/feedback/OpinionButtons'
import { isUnwanted, useOpinions } from '@/feedback/opinions'
import { counted } from '@/words/dates'
import styles from './report.module.css'
import type { ThreadFilters } from './threads'

const SONGS = 6

/** The songs that the chosen threads lead to, from the person's taste. */
export default function ThreadList({ filters }: { filters: ThreadFilters }) {
  useOpinions()
  const list = useQuery({
    queryKey: ['recommendations', 'threads', filters],
    queryFn: ({ signal }) =>
      data(api.GET('/v1/me/recommendations', { params: { query: { limit: SONGS, ...filters } }, signal })),
    placeholderData: keepPreviousData,
  })
  const shown = list.data?.tracks.filter(({ track }) => !isUnwanted(track))
  const said = shown && !list.isPlaceholderData ? `${counted(shown.length, 'song')} along these threads` : ''
  useEffect(() => {
    if (said) announce(said)
  }, [said])
  if (list.error && !shown) return <Failure error={list.error} retry={() => void list.refetch()} />
  if (!shown) return <SongRowBones rows={SONGS} />
  if (!shown.length)
    return <p className={`soft ${styles.threadSongs}`}>Nothing here fits all of these. Take one off.</p>
  return (
    <>
      <Degraded code={list.data?.degraded} />
      <ol className={styles.threadSongs} aria-label="Along these threads">
        {shown.map(({ track }) => (
          <SongRow key={track.id} track={track} actions={<OpinionButtons track={track} />} />
        ))}
      </ol>
    </>
  )
}
