import { IconPlayerPlay } from '@tabler/icons-react'
import { lazy, Suspense } from 'react'
import type { Track } from '@/api/types'
import { Button } from '@/components/button/Button'
import { Bone, CoverBone } from '@/components/states/Skeleton'
import { Artists } from '@/components/track-row/TrackRow'
import { Cover } from '@/covers/Cover'
import { playTracks, usePlaying } from '@/player/queue'
import styles from './RecommendPage.module.css'

const NowPlaying = lazy(() => import('@/player/NowPlaying').then(({ NowPlaying }) => ({ default: NowPlaying })))

/** What plays and what it leads into in this list; before anything plays, the first song and how to start. */
export function Playing({ tracks, awaited }: { tracks: Track[]; awaited: boolean }) {
  const playing = usePlaying()
  if (!playing) return awaited ? <Bones /> : <First tracks={tracks} />
  const at = tracks.findIndex(({ id }) => id === playing.track.id)
  const next = tracks[at + 1]
  return <Suspense>{next ? <NowPlaying leadsInto={next} /> : <NowPlaying />}</Suspense>
}

const Bones = () => (
  <div className={styles.bones} aria-busy="true">
    <CoverBone />
    <Bone width="80%" height={22} />
    <Bone width="56%" height={14} />
  </div>
)

function First({ tracks }: { tracks: Track[] }) {
  const [track] = tracks
  if (!track) return null
  return (
    <>
      <Cover track={track} lifted />
      <h2 className={`head ${styles.first}`}>
        <bdi>{track.title}</bdi>
      </h2>
      <p className="small soft">
        <Artists track={track} />
        {track.year ? <span className="num"> · {track.year}</span> : null}
      </p>
      <Button
        className={styles.play}
        icon={<IconPlayerPlay size={20} stroke={1.6} aria-hidden="true" />}
        onClick={() => playTracks(tracks, 0)}
      >
        Play from here
      </Button>
    </>
  )
}
