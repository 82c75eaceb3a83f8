import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, data } from '@/api/client'
import type { Track } from '@/api/types'
import { Degraded } from '@/components/states/Degraded'
import { Failure } from '@/components/states/Failure'
import { TrackRow } from '@/components/track-row/TrackRow'
import { Cover } from '@/covers/Cover'
import { countInWords } from '@/words/numbers'
import styles from './test.module.css'

const TRACKS = 8
const ROWS = 5

interface Props {
  likes: readonly Track[]
  /** Likes of an earlier session, which this device does not know by name. */
  known: number
}

/** The list from what was liked so far: rows beside the song on wide screens, a strip of covers on phones. */
export function GrowingList({ likes, known }: Props) {
  const all = likes.length + known
  const list = useQuery(listQuery(likes, known, TRACKS))
  const tracks = all ? (list.data?.tracks.map(({ track }) => track) ?? []) : []
  return (
    <aside className={styles.growing} aria-label="Your list so far">
      <div className={styles.growingHead}>
        <h2 className="head">Your list so far</h2>
        {all ? <p className="micro dim">from {countInWords(all, 'like')}</p> : null}
      </div>
      {all === 0 ? <p className="small soft">It begins with the first song you like.</p> : null}
      {list.error ? <Failure error={list.error} retry={() => void list.refetch()} /> : null}
      <Degraded code={list.data?.degraded} />
      <ol className={`only-wide ${styles.rows}`}>
        {tracks.slice(0, ROWS).map((track) => (
          <TrackRow key={track.id} track={track} />
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

/** The list that the likes lead to: these songs as seeds, or all of the person's taste where earlier likes count too. */
export const listQuery = (likes: readonly Track[], known: number, limit: number) => ({
  queryKey: ['recommendations', 'test', likes.map(({ id }) => id), known, limit],
  queryFn: ({ signal }: { signal: AbortSignal }) => (known ? byTaste(limit, signal) : bySeeds(likes, limit, signal)),
  enabled: likes.length + known > 0,
  placeholderData: keepPreviousData,
})

const byTaste = (limit: number, signal: AbortSignal) =>
  data(api.GET('/v1/me/recommendations', { params: { query: { limit } }, signal }))

function bySeeds(likes: readonly Track[], limit: number, signal: AbortSignal) {
  const seeds = likes.map(({ id }) => ({ track: id }))
  // The contract's defaults are typed as required.
  return data(api.POST('/v1/recommendations', { body: { seeds, limit } as never, signal }))
}
