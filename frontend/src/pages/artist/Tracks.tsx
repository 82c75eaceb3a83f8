import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Schemas, Track } from '@/api/types'
import { Button } from '@/components/button/Button'
import { Failure } from '@/components/states/Failure'
import { TrackLine, TrackLines } from '@/components/track-line/TrackLine'
import { LikeButton } from '@/feedback/LikeButton'
import { playTracks } from '@/player/queue'
import { count } from '@/words/dates'
import styles from './ArtistPage.module.css'
import { queries } from './queries'

const FIRST = 6

/** The best known songs, then all of them page by page. */
export function Tracks({ artist }: { artist: Schemas['ArtistFound'] }) {
  const [all, setAll] = useState(false)
  const found = useInfiniteQuery(queries.tracks(artist.id, all))
  const loaded = found.data?.pages.flatMap(({ items }) => items)
  const tracks = all ? (loaded ?? artist.top_tracks) : artist.top_tracks.slice(0, FIRST)
  const more = all ? found.hasNextPage || found.isPending : artist.track_count > tracks.length
  return (
    <section>
      <div className={styles.tracksHead}>
        <h2 className="head">{all ? 'All songs' : 'Best known'}</h2>
        {!all && more ? (
          <Button kind="plain" className={styles.all} onClick={() => setAll(true)}>
            All {count(artist.track_count)}
          </Button>
        ) : null}
      </div>
      {tracks.length === 0 ? (
        <p className="soft">No song of theirs is in this catalogue.</p>
      ) : (
        <Lines tracks={tracks} />
      )}
      {found.error ? <Failure error={found.error} retry={() => void found.fetchNextPage()} /> : null}
      {all && more ? (
        <Button className={styles.more} busy={found.isFetching} onClick={() => void found.fetchNextPage()}>
          Show more songs
        </Button>
      ) : null}
    </section>
  )
}

function Lines({ tracks }: { tracks: readonly Track[] }) {
  return (
    <TrackLines>
      {tracks.map((track, i) => (
        <TrackLine
          key={track.id}
          track={track}
          before={<span className={`small dim num ${styles.number}`}>{i + 1}</span>}
          by={<Record track={track} />}
          onPlay={() => playTracks(tracks, i)}
          actions={<LikeButton track={track} />}
        />
      ))}
    </TrackLines>
  )
}

const Record = ({ track }: { track: Track }) => (
  <>
    {track.album ? <bdi>{track.album}</bdi> : null}
    {track.year ? (
      <span className="num">
        {track.album ? ' · ' : ''}
        {track.year}
      </span>
    ) : null}
  </>
)
