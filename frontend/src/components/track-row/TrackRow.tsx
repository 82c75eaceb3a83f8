import { Link } from '@tanstack/react-router'
import type { ReactNode, Ref } from 'react'
import type { Track } from '@/api/types'
import { Cover } from '@/covers/Cover'
import styles from './TrackRow.module.css'

interface Props {
  track: Track
  /** What leads to the cover: the drawn line of a list, or a number. */
  gutter?: ReactNode
  /** A reason line or another sentence under the artist. */
  children?: ReactNode
  badge?: ReactNode
  actions?: ReactNode
  /** Plays the track when its cover is pressed. */
  onPlay?: () => void
  className?: string
  ref?: Ref<HTMLLIElement>
}

/** Gutter, cover, title, artist with the year (wide), a sentence, actions. Every name is in a bdi. */
export function TrackRow({ track, gutter, children, badge, actions, onPlay, className = '', ref }: Props) {
  return (
    <li className={`${styles.row} ${className}`} ref={ref} data-track={track.id}>
      {gutter ?? <span />}
      {onPlay ? (
        <button type="button" className={styles.cover} aria-label={`Play ${track.title}`} onClick={onPlay}>
          <Cover track={track} />
        </button>
      ) : (
        <Cover track={track} className={styles.cover} />
      )}
      <div className={styles.text}>
        <p className={styles.title}>
          <Link to="/track/$id" params={{ id: track.id }} title={track.title}>
            <bdi>{track.title}</bdi>
          </Link>
          {badge ? <> {badge}</> : null}
        </p>
        <p className={styles.by}>
          <Artists track={track} />
          {track.year ? <span className="num only-wide"> · {track.year}</span> : null}
        </p>
        {children}
      </div>
      {actions ?? <span />}
    </li>
  )
}

/** The artists' names, each a link to its page. */
export function Artists({ track }: { track: Track }) {
  return track.artists.map((artist, i) => (
    <span key={artist.id}>
      {i > 0 ? ', ' : ''}
      <Link to="/artist/$id" params={{ id: artist.id }} className={styles.artist}>
        <bdi>{artist.name}</bdi>
      </Link>
    </span>
  ))
}
