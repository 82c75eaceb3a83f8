import { IconPlayerPlayFilled } from '@tabler/icons-react'
import type { Schemas } from '@/api/types'
import { SegueIcon } from '@/app/Mark'
import { Button, ButtonLink } from '@/components/button/Button'
import { Cover } from '@/covers/Cover'
import { opinionOf, useOpinions } from '@/feedback/opinions'
import { MuteButton } from '@/mutes/MuteButton'
import { playTracks } from '@/player/queue'
import { useSpotifyAgreed } from '@/player/settings'
import { playLabel } from '@/player/sources'
import { counted } from '@/words/dates'
import { capital } from '@/words/numbers'
import styles from './ArtistPage.module.css'
import { coversOf, genreOf, yearsOf } from './records'

const SEEDS = 5

/** Three record covers, the name, and where one can go from here. */
export function ArtistHead({ artist }: { artist: Schemas['ArtistFound'] }) {
  const tracks = artist.top_tracks
  const genre = genreOf(tracks)
  const covers = coversOf(tracks)
  return (
    <div className={styles.head}>
      <div className={styles.covers} aria-hidden="true">
        {covers.map((track) => (
          <Cover key={track.id} track={track} lifted />
        ))}
      </div>
      <div className={styles.about}>
        {genre ? <p className="small dim">{capital(genre)}</p> : null}
        <h1 className={styles.name}>
          <bdi>{artist.name}</bdi>
        </h1>
        <Facts artist={artist} />
        <Actions artist={artist} />
      </div>
    </div>
  )
}

function Facts({ artist }: { artist: Schemas['ArtistFound'] }) {
  useOpinions()
  const years = yearsOf(artist.top_tracks)
  const liked = artist.top_tracks.filter((track) => opinionOf(track) === 'like').length
  return (
    <p className={`small soft num ${styles.facts}`}>
      <span>{counted(artist.track_count, 'song')} here</span>
      {years ? <span>{years}</span> : null}
      {liked ? <span>{liked} you like</span> : null}
    </p>
  )
}

function Actions({ artist }: { artist: Schemas['ArtistFound'] }) {
  const tracks = artist.top_tracks
  const seeds = tracks.slice(0, SEEDS).map(({ id }) => id)
  const agreed = useSpotifyAgreed()
  const playable = tracks.some((track) => playLabel(track, agreed))
  return (
    <div className={styles.actions}>
      {seeds.length ? (
        <ButtonLink kind="solid" to="/recommend" search={{ seeds: seeds.join(',') }} icon={<SegueIcon size={20} />}>
          Start from here
        </ButtonLink>
      ) : null}
      {playable ? (
        <Button icon={<IconPlayerPlayFilled size={20} />} onClick={() => playTracks(tracks, 0)}>
          Play
        </Button>
      ) : null}
      <MuteButton artist={artist} />
    </div>
  )
}
