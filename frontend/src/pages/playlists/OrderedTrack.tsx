import { IconDots, IconGripVertical } from '@tabler/icons-react'
import type { KeyboardEvent, PointerEvent } from 'react'
import type { Track } from '@/api/types'
import { IconButton } from '@/components/button/IconButton'
import { LazyMenu } from '@/components/menu/LazyMenu'
import { TrackFace } from '@/components/track-line/TrackLine'
import { setAside } from '@/mutes/exclusions'
import { muteArtist } from '@/mutes/mutes'
import { clock } from '@/player/clock'
import styles from './playlists.module.css'

interface Props {
  track: Track
  at: number
  count: number
  lifted: boolean
  onKeyDown: (event: KeyboardEvent) => void
  onPointerDown: (event: PointerEvent<HTMLElement>) => void
  onBlur: () => void
  onPlay: () => void
  onMove: (to: number) => void
  onRemove: () => void
}

/** A song of a playlist: its dots, what it is, how long, and what can be done with it. */
export function OrderedTrack(props: Props) {
  const { track, at, count, lifted, onMove } = props
  const artist = track.artists[0]
  return (
    <li className={styles.track} data-track={track.id} data-lifted={lifted || undefined}>
      <IconButton
        label={`Move ${track.title}, now ${at + 1} of ${count}`}
        className={styles.grip}
        data-grip
        aria-pressed={lifted}
        onKeyDown={props.onKeyDown}
        onPointerDown={props.onPointerDown}
        onBlur={props.onBlur}
      >
        <IconGripVertical size={20} stroke={1.6} />
      </IconButton>
      <TrackFace track={track} onPlay={props.onPlay} />
      <span className={`${styles.length} num only-wide`}>{track.duration_ms ? clock(track.duration_ms) : ''}</span>
      <LazyMenu
        label={`More for ${track.title}`}
        target={
          <IconButton label={`More for ${track.title}`} aria-haspopup="menu">
            <IconDots size={20} stroke={1.6} />
          </IconButton>
        }
        items={[
          { name: 'Remove from this playlist', run: props.onRemove },
          { name: 'Move to the top', run: () => onMove(0), disabled: at === 0 },
          { name: 'Move to the end', run: () => onMove(count - 1), disabled: at === count - 1 },
          {
            name: 'Does not count for my taste',
            run: () => void setAside({ track: track.id }, `“${track.title}” does not count for your taste.`),
          },
          ...(artist ? [{ name: 'Never this artist', run: () => void muteArtist(artist) }] : []),
        ]}
      />
    </li>
  )
}
