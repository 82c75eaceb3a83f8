import { useQuery } from '@tanstack/react-query'
import { LinesHead, SongLine, SongLines } from '@/components/song-line/SongLine'
import { Failure } from '@/components/states/Failure'
import { SongRowBones } from '@/components/states/Skeleton'
import { LikeButton } from '@/feedback/LikeButton'
import { playTracks } from '@/player/queue'
import { popularQuery } from './queries'
import styles from './SearchPage.module.css'

/** Before anything is typed: what is popular in this catalogue. */
export function PopularHere() {
  const { data, error, isPending, refetch } = useQuery(popularQuery)
  if (isPending) return <SongRowBones rows={6} />
  if (error) return <Failure error={error} what="What is popular here did not load." retry={() => void refetch()} />
  const tracks = data.tracks.map(({ track }) => track)
  return (
    <section className={styles.popular}>
      <LinesHead>Popular here</LinesHead>
      <SongLines>
        {tracks.map((track, i) => (
          <SongLine
            key={track.id}
            track={track}
            onPlay={() => playTracks(tracks, i)}
            actions={<LikeButton track={track} />}
          />
        ))}
      </SongLines>
    </section>
  )
}
