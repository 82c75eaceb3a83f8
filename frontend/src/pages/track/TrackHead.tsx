import { IconBan, IconPlayerPauseFilled, IconPlayerPlayFilled, IconX } from '@tabler/icons-react'
import type { Track } from '@/api/types'
import { SegueIcon } from '@/app/Mark'
import { Badge } from '@/components/badge/Badge'
import { Button, ButtonLink } from '@/components/button/Button'
import { IconButton } from '@/components/button/IconButton'
import { Artists } from '@/components/track-row/TrackRow'
import { Cover } from '@/covers/Cover'
import { LikeButton } from '@/feedback/LikeButton'
import { react } from '@/feedback/OpinionButtons'
import { useOpinion } from '@/feedback/opinions'
import { clock } from '@/player/clock'
import { playTracks, toggle, usePlaying } from '@/player/queue'
import { SpotifyOffer } from '@/player/SpotifyOffer'
import { useSpotifyAgreed } from '@/player/settings'
import { playLabel } from '@/player/sources'
import { sourceNote } from '@/player/words'
import { AddToPlaylist } from '@/playlists/AddToPlaylist'
import { capital } from '@/words/numbers'
import { keyOf, popularityOf } from './sound'
import { TrackMenu } from './TrackMenu'
import styles from './TrackPage.module.css'

const LONG_TITLE = 48

/** Cover, names, what can be done with it, and its facts. */
export function TrackHead({ track }: { track: Track }) {
  const genre = track.genres?.at(-1)
  return (
    <section className={styles.hero}>
      <Cover track={track} lifted className={styles.cover} />
      <div className={styles.about}>
        <p className={`small dim ${styles.over}`}>
          {genre ? capital(genre) : null}
          {track.in_release === 'placed by sound' ? (
            <Badge flat>placed by its sound</Badge>
          ) : track.in_release === 'unknown' ? (
            <Badge flat>not yet placed</Badge>
          ) : null}
        </p>
        <h1 className={styles.title} data-long={track.title.length > LONG_TITLE || undefined}>
          <bdi>{track.title}</bdi>
        </h1>
        <p className={`lead ${styles.by}`}>
          <Artists track={track} />
        </p>
        <Actions track={track} />
        <Facts track={track} />
        <SpotifyOffer track={track} />
      </div>
    </section>
  )
}

function Actions({ track }: { track: Track }) {
  const opinion = useOpinion(track)
  const say = (kind: 'dislike' | 'never') => react(track, opinion === kind ? 'neutral' : kind)
  return (
    <div className={styles.actions}>
      <Play track={track} />
      <ButtonLink to="/recommend" search={{ seeds: track.id }} icon={<SegueIcon size={20} />}>
        Start from this
      </ButtonLink>
      <span className={styles.opinions}>
        <LikeButton track={track} />
        <IconButton
          label={`Not for me: ${track.title}`}
          className={styles.opinion}
          aria-pressed={opinion === 'dislike'}
          onClick={() => say('dislike')}
        >
          <IconX size={20} stroke={1.6} />
        </IconButton>
        <IconButton
          label={`Never: ${track.title}`}
          className={styles.opinion}
          aria-pressed={opinion === 'never'}
          onClick={() => say('never')}
        >
          <IconBan size={20} stroke={1.6} />
        </IconButton>
        <AddToPlaylist tracks={[track]} what={track.title} />
        <TrackMenu track={track} />
      </span>
    </div>
  )
}

function Play({ track }: { track: Track }) {
  const current = usePlaying()
  const label = playLabel(track, useSpotifyAgreed())
  if (!label) return null
  const mine = current?.track.id === track.id
  if (mine && current.playing)
    return (
      <Button
        kind="solid"
        icon={<IconPlayerPauseFilled size={20} />}
        onClick={toggle}
        title={sourceNote(current.source) ?? undefined}
      >
        Pause
      </Button>
    )
  return (
    <Button
      kind="solid"
      icon={<IconPlayerPlayFilled size={20} />}
      onClick={() => (mine ? toggle() : playTracks([track], 0))}
    >
      {label}
    </Button>
  )
}

function Facts({ track }: { track: Track }) {
  const facts: [string, string | null | undefined][] = [
    ['Album', track.album],
    ['Year', track.year ? String(track.year) : null],
    ['Length', track.duration_ms ? clock(track.duration_ms) : null],
    ['Key', keyOf(track.features)],
    ['Popularity', popularityOf(track.popularity)],
  ]
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) =>
        value ? (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="num">
              <bdi>{value}</bdi>
            </dd>
          </div>
        ) : null,
      )}
    </dl>
  )
}
