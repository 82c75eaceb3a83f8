import type { Track } from '@/api/types'
import { OneBox } from '@/components/one-box/OneBox'
import styles from './FlyBox.module.css'

/** The one box over the map: finds a song and flies to it. */
export const FlyBox = ({ onTrack }: { onTrack: (track: Track) => void }) => (
  <div className={styles.fly}>
    <OneBox label="Fly to a song or artist" placeholder="Fly to a song or artist" frame="floating" onTrack={onTrack} />
  </div>
)
