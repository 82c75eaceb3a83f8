import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, data } from '@/api/client'
import type { Track } from '@/api/types'
import { SongRow } from '@/components/song-row/SongRow'
import { Failure } from '@/components/states/Failure'
import { Cover } from '@/covers/Cover'
import { inWords } from './numbers'
import styles from './test.module.css'

const SONGS = 8
const ROWS = 5

/** The list from what was liked so far: rows beside the song on wide screens, a strip of covers on phones. */
export function GrowingList({ likes }: { likes: readonly Track[] }) {
  const list = useQuery(listQuery(likes, SONGS))
  const tracks = likes.length ? (list.data?.tracks.map(({ track }) => track) ?? []) : []
  return (
    <aside className={styles.growing} aria-label="Your list so far">
      <div className={styles.growingHead}>
        <h2 className="head">Your list so far</h2>
        {likes.length ? <p className="micro dim">from {inWords(likes.length, 'like')}</p> : null}
      </div>
      {likes.length === 0 ? <p className="small soft">It begins with the first song you like.</p> : null}
      {list.error ? <Failure error={list.error} retry={() => void list.refetch()} /> : null}
      <ol className={`only-wide ${styles.rows}`}>
        {tracks.slice(0, ROWS).map((track) => (
          <SongRow key={track.id} track={track} />
        ))}
      </ol>
      {tracks.length ? <Strip tracks={tracks} /> : null}
    </aside>
  )
}

function Strip({ tracks }: { tracks: readonly Track[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls sideways must be reached by keyboard
    <section className={`only-phone ${styles.strip}`} aria-label="Songs of your list" tabIndex={0}>
      {tracks.map((track) => (
        <Link key={track.id} to="/track/$id" params={{ id: track.id }} aria-label={track.title}>
          <Cover track={track} />
        </Link>
      ))}
    </section>
  )
}

/** The list that these songs lead to; without any there is none. */
export const listQuery = (likes: readonly Track[], limit: number) => ({
  queryKey: ['recommendations', 'test', likes.map(({ id }) => id), limit],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    data(
      api.POST('/v1/recommendations', {
        body: { seeds: likes.map(({ id }) => ({ track: id })), limit, exclude_known: true } as never,
        signal,
      }),
    ),
  enabled: likes.length > 0,
  placeholderData: keepPreviousData,
})
