import {
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
} from '@tabler/icons-react'
import { IconButton } from '@/components/button/IconButton'
import { next, type Playing, previous, toggle } from './queue'
import styles from './Transport.module.css'

/** Song before, play or pause, song after. */
export function Transport({ current }: { current: Playing }) {
  return (
    <div className={styles.controls}>
      <IconButton label="Song before" onClick={previous}>
        <IconPlayerSkipBack size={20} stroke={1.6} />
      </IconButton>
      <PlayButton playing={current.playing} onClick={toggle} />
      <IconButton label="Song after" onClick={next} disabled={!current.following}>
        <IconPlayerSkipForward size={20} stroke={1.6} />
      </IconButton>
    </div>
  )
}

/** The round button of 56 px in ink. */
export function PlayButton({ playing, onClick }: { playing: boolean; onClick: () => void }) {
  return (
    <IconButton label={playing ? 'Pause' : 'Play'} className={styles.play} onClick={onClick}>
      <PlayIcon playing={playing} size={24} />
    </IconButton>
  )
}

export function PlayIcon({ playing, size = 20 }: { playing: boolean; size?: number }) {
  return playing ? <IconPlayerPauseFilled size={size} /> : <IconPlayerPlayFilled size={size} />
}
