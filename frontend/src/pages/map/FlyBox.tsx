import type { Track } from '@/api/types'
import { OneBox } from '@/components/one-box/OneBox'
import styles from './FlyBox.module.css'

interface Props {
  /** Over the map it floats. */
  frame?: 'floating' | 'compact'
  onTrack: (track: Track) => void
}

/** The one box over the map: finds a song and flies to it. */
export const FlyBox = ({ frame = 'floating', onTrack }: Props) => (
  <div className={styles.fly}>
    <OneBox label="Fly to a song or artist" placeholder="Fly to a song or artist" frame={frame} onTrack={onTrack} />
  </div>
)
