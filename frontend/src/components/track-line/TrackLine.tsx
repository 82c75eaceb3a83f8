import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Track } from '@/api/types'
import { Cover } from '@/covers/Cover'
import styles from './TrackLine.module.css'

interface Props {
  track: Track
  /** Before the cover: a number or a tick. */
  before?: ReactNode
  /** In place of the plain title, such as one with its match underlined. */
  title?: ReactNode
  /** In place of artists and year. */
  by?: ReactNode
  actions?: ReactNode
  onPlay?: () => void
}

/** A song in one compact line: cover of 48 px, title, a second line, actions. Stands in a TrackLines list. */
export function TrackLine({ track, before, title, by, actions, onPlay }: Props) {
  return (
    <li className={styles.line} data-track={track.id}>
      {before}
      <TrackFace track={track} title={title} by={by} onPlay={onPlay} />
      {actions ? <span className={styles.actions}>{actions}</span> : null}
    </li>
  )
}

/** Cover and the two lines of words, for lists that are laid out by themselves. */
export function TrackFace({ track, title, by, onPlay }: Pick<Props, 'track' | 'title' | 'by' | 'onPlay'>) {
  return (
    <>
      {onPlay ? (
        <button type="button" className={styles.play} aria-label={`Play ${track.title}`} onClick={onPlay}>
          <Cover track={track} size={48} />
        </button>
      ) : (
        <Cover track={track} size={48} />
      )}
      <div className={styles.words}>
        <p className={styles.title}>
          <Link to="/track/$id" params={{ id: track.id }} title={track.title}>
            {title ?? <bdi>{track.title}</bdi>}
          </Link>
        </p>
        <p className={styles.by}>{by ?? <ByLine track={track} />}</p>
      </div>
    </>
  )
}

/** The artists, and the year where it is known. */
const ByLine = ({ track }: { track: Track }) => (
  <>
    <bdi>{track.artists.map(({ name }) => name).join(', ')}</bdi>
    {track.year ? <span className="num"> · {track.year}</span> : null}
  </>
)

export const TrackLines = ({ children, label }: { children: ReactNode; label?: string }) => (
  <ol className={styles.lines} aria-label={label}>
    {children}
  </ol>
)

/** The head of a group of lines with its count at the end. */
export const LinesHead = ({ children, end, id }: { children: ReactNode; end?: ReactNode; id?: string }) => (
  <h2 className={styles.head} id={id}>
    {children}
    {end ? <span className="num">{end}</span> : null}
  </h2>
)
