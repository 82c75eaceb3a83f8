import { PageHead } from '@/components/layout/PageHead'
import { SongLine, SongLines } from '@/components/song-line/SongLine'
import { Failure } from '@/components/states/Failure'
import { SongRowBones } from '@/components/states/Skeleton'
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
      {isPending ? <SongRowBones /> : null}
      {error ? <Failure error={error} what="Your likes did not load." retry={() => void refetch()} /> : null}
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
    </>
  )
}
