import { useQuery } from '@tanstack/react-query'
import type { Track } from '@/api/types'
import { Failure } from '@/components/states/Failure'
import { TrackLine, TrackLines } from '@/components/track-line/TrackLine'
import { LikeButton } from '@/feedback/LikeButton'
import { playTracks } from '@/player/queue'
import { capital, countInWords } from '@/words/numbers'
import { queries } from './queries'
import styles from './TrackPage.module.css'

/** Other releases of the same recording; nothing where there is none. */
export function Versions({ track }: { track: Track }) {
  const { data, error, refetch } = useQuery(queries.versions(track.id))
  if (error)
    return (
      <section className={styles.versions}>
        <Failure error={error} what="Other versions did not load." retry={() => void refetch()} />
      </section>
    )
  const found = data?.items ?? []
  if (!found.length) return null
  return (
    <section className={styles.versions} aria-labelledby="versions">
      <h2 className="title" id="versions">
        {capital(countInWords(found.length, 'other version'))}
      </h2>
      <p className={`small soft ${styles.intro}`}>The same recording. A list holds one of them.</p>
      <TrackLines label="Other versions">
        {found.map((version, i) => (
          <TrackLine
            key={version.id}
            track={version}
            by={<Edition track={version} />}
            actions={<LikeButton track={version} />}
            onPlay={() => playTracks(found, i)}
          />
        ))}
      </TrackLines>
    </section>
  )
}

const Edition = ({ track: { album, year, artists } }: { track: Track }) => (
  <>
    <bdi>{album ?? artists.map(({ name }) => name).join(', ')}</bdi>
    {year ? <span className="num"> · {year}</span> : null}
  </>
)
