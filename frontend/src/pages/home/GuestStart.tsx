import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { api, data } from '@/api/client'
import type { Track } from '@/api/types'
import { OneBox } from '@/components/one-box/OneBox'
import { Failure } from '@/components/states/Failure'
import { Cover } from '@/covers/Cover'
import { GuestLikes } from '@/list/GuestLikes'
import { changed, type ListState, withSeed } from '@/list/state'
import { remember } from '@/list/tracks'
import type { Change } from '../recommend/useListState'
import { Chain } from './Chain'
import styles from './GuestStart.module.css'
import { showcase } from './showcase'
import { EmptyCatalogue, ToTry } from './ToTry'

const TRENDING = 50

/** One box; six songs of this catalogue to try; a chain that shows what the rest does. */
export function GuestStart({ state, onChange }: { state: ListState; onChange: Change }) {
  const query = useQuery({
    queryKey: ['trending', TRENDING],
    queryFn: ({ signal }) => data(api.GET('/v1/trending', { params: { query: { limit: TRENDING } }, signal })),
    staleTime: 10 * 60_000,
  })
  const { toTry, wall } = useMemo(() => showcase(query.data?.tracks.map(({ track }) => track) ?? []), [query.data])
  const choose = (track: Track) => {
    remember([track])
    onChange(withSeed(state, track.id))
  }
  return (
    <>
      <title>Name a song you love · Segue</title>
      <div className={styles.hero}>
        <div>
          <h1 className={`display ${styles.question}`}>
            Name a song
            <br />
            you love
          </h1>
          <p className={`lead ${styles.lead}`}>
            Segue finds the songs that belong beside it, and shows its evidence for each one.
          </p>
          <OneBox
            label="Name a song you love"
            placeholder="Title, artist or a mood"
            onTrack={choose}
            onMood={(name) => onChange(changed(state, { name }))}
          />
          {query.error ? (
            <div className={styles.failed}>
              <Failure error={query.error} retry={() => void query.refetch()} />
            </div>
          ) : query.data && !toTry.length ? (
            <EmptyCatalogue />
          ) : (
            <ToTry tracks={toTry} onChoose={choose} />
          )}
        </div>
        <div className={styles.wall} aria-hidden="true">
          {wall.length ? wall.map((track) => <Cover key={track.id} track={track} />) : <Blanks />}
        </div>
      </div>
      <GuestLikes />
      {toTry.length || query.isPending ? <Chain start={toTry[1] ?? null} /> : null}
      <Foot />
    </>
  )
}

const SLOTS = Array.from({ length: 16 }, (_, i) => `slot-${i}`)
const Blanks = () => SLOTS.map((slot) => <span key={slot} className={styles.blank} />)

/** How many songs there are, and where else to go. */
function Foot() {
  const { data: release } = useQuery({
    queryKey: ['release'],
    queryFn: ({ signal }) => data(api.GET('/v1/releases/current', { signal })),
    staleTime: 10 * 60_000,
  })
  const count = release?.counts.tracks
  return (
    <p className={`micro dim ${styles.foot}`}>
      <span className="num">
        {count ? `${count.toLocaleString('en')} songs, on this server. ` : ''}No tracking, and no account until there is
        something to keep.
      </span>
      <Link to="/guide">Guide</Link>
      <Link to="/developers">Developers</Link>
      <Link to="/signup">Sign up</Link>
    </p>
  )
}
