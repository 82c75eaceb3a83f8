import { PageHead } from '@/components/layout/PageHead'
import { Failure } from '@/components/states/Failure'
import { TrackRowBones } from '@/components/states/Skeleton'
import { TrackLine, TrackLines } from '@/components/track-line/TrackLine'
import { LikeButton } from '@/feedback/LikeButton'
import { useGuestLikes } from '@/feedback/opinions'
import { useTracks } from '@/list/tracks'
import { playTracks } from '@/player/queue'
import { GuestNote, NothingLiked } from './LikedPage'

/** What a guest liked, kept on this device: at most 500, so that no virtual list is needed. */
export function GuestLikes() {
  const ids = useGuestLikes()
  const { data: found, error, isPending, refetch } = useTracks(ids)
  if (ids.length === 0) return <NothingLiked />
  const tracks = (found ?? []).filter(({ id }) => ids.includes(id)).reverse()
  return (
    <>
      <PageHead title="Liked songs" />
      <GuestNote />
      {isPending ? <TrackRowBones /> : null}
      {error ? <Failure error={error} what="Your likes did not load." retry={() => void refetch()} /> : null}
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
    </>
  )
}
