import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { Track } from '@/api/types'
import { Artists } from '@/components/track-row/TrackRow'
import { Cover } from '@/covers/Cover'
import { LikeButton } from '@/feedback/LikeButton'
import { LeadsInto } from './LeadsInto'
import styles from './NowPlaying.module.css'
import { type Playing, playTracks, usePlaying } from './queue'
import { Rail } from './Rail'
import { SpotifyOffer } from './SpotifyOffer'
import { countCard } from './shownCards'
import { PlayButton, Transport } from './Transport'
import { sourceName, sourceNote } from './words'

interface Props {
  /** What follows in the list of the page; the queue's own next song without it. */
  leadsInto?: Track
  /** What a press of play does while nothing plays; without it, `leadsInto` alone is played. */
  onPlay?: () => void
}

/** The card of 256 px beside a list on wide screens: cover, where it is, controls, what follows. Phones have the bar. */
export function NowPlaying({ leadsInto, onPlay }: Props) {
  const current = usePlaying()
  useEffect(countCard, [])
  if (current) return <Card current={current} next={leadsInto ?? current.following} />
  if (!leadsInto) return null
  return <Ready track={leadsInto} onPlay={onPlay ?? (() => playTracks([leadsInto], 0))} />
}

function Card({ current, next }: { current: Playing; next: Track | null }) {
  const { track, source } = current
  const note = sourceNote(source)
  return (
    <aside className={`${styles.now} only-wide`} aria-label="Now playing">
      <Cover track={track} lifted />
      <Heading track={track} />
      <Rail middle={source ? sourceName(source) : ''} />
      <Transport current={current} />
      {note ? <p className="micro dim">{note}</p> : null}
      {source?.kind === 'spotify' ? null : <SpotifyOffer track={track} />}
      {next ? <LeadsInto from={track} to={next} /> : null}
    </aside>
  )
}

/** The card before anything was played: the first song of the list. */
function Ready({ track, onPlay }: { track: Track; onPlay: () => void }) {
  return (
    <aside className={`${styles.now} only-wide`} aria-label="Now playing">
      <Cover track={track} lifted />
      <Heading track={track} />
      <div className={styles.start}>
        <PlayButton playing={false} onClick={onPlay} />
      </div>
    </aside>
  )
}

function Heading({ track }: { track: Track }) {
  return (
    <div className={styles.heading}>
      <div>
        <h2 className="head">
          <Link to="/track/$id" params={{ id: track.id }}>
            <bdi>{track.title}</bdi>
          </Link>
        </h2>
        <p className="small soft">
          <Artists track={track} />
          {track.year ? <span className="num"> · {track.year}</span> : null}
        </p>
      </div>
      <LikeButton track={track} />
    </div>
  )
}
