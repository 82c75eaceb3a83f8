import type { Track } from '@/api/types'
import { Cover } from '@/covers/Cover'
import styles from './playlists.module.css'

const PLACES = ['first', 'second', 'third', 'fourth'] as const

/** A playlist's cover: its first four songs; places without a song stay empty. */
export function FourCovers({ tracks, className = '' }: { tracks: readonly Track[]; className?: string | undefined }) {
  return (
    <span className={`${styles.four} ${className}`} aria-hidden="true">
      {PLACES.map((place, i) => {
        const track = tracks[i]
        return <span key={place}>{track ? <Cover track={track} /> : null}</span>
      })}
    </span>
  )
}
