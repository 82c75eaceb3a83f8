import { useQuery } from '@tanstack/react-query'
import { Failure } from '@/components/states/Failure'
import { TrackRowBones } from '@/components/states/Skeleton'
import { LinesHead, TrackLine, TrackLines } from '@/components/track-line/TrackLine'
import { LikeButton } from '@/feedback/LikeButton'
import { playTracks } from '@/player/queue'
import { popularQuery } from './queries'
import styles from './SearchPage.module.css'

/** Before anything is typed: what is popular in this catalogue. */
export function PopularHere() {
  const { data, error, isPending, refetch } = useQuery(popularQuery)
  if (isPending) return <TrackRowBones rows={6} compact />
  if (error) return <Failure error={error} what="What is popular here did not load." retry={() => void refetch()} />
  const tracks = data.tracks.map(({ track }) => track)
  return (
    <section className={styles.popular}>
      <LinesHead>Popular here</LinesHead>
      <TrackLines>
        {tracks.map((track, i) => (
          <TrackLine
            key={track.id}
            track={track}
            onPlay={() => playTracks(tracks, i)}
            actions={<LikeButton track={track} />}
          />
        ))}
      </TrackLines>
    </section>
  )
}
