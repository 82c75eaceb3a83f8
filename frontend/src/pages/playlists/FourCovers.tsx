import type { Track } from '@/api/types'
import { Cover } from '@/covers/Cover'
import styles from './playlists.module.css'

const PLACES = ['first', 'second', 'third', 'fourth'] as const

/** A playlist's cover: its first four songs, the first alone while there are fewer, an empty square without any. */
export function FourCovers({ tracks, className = '' }: { tracks: readonly Track[]; className?: string | undefined }) {
  const whole = tracks.length >= PLACES.length
  return (
    <span className={`${styles.four} ${whole ? '' : styles.single} ${className}`} aria-hidden="true">
      {(whole ? PLACES : PLACES.slice(0, 1)).map((place, i) => {
        const track = tracks[i]
        return <span key={place}>{track ? <Cover track={track} /> : null}</span>
      })}
    </span>
  )
}
