import { OneBox } from '@/components/one-box/OneBox'
import { add } from '@/playlists/changes'
import styles from './playlists.module.css'

/** The box that names songs; each goes to the end of the playlist. */
export function AddTracks({ id }: { id: string }) {
  return (
    <div className={styles.add}>
      <OneBox
        label="Add a song"
        placeholder="Title or artist"
        frame="compact"
        onTrack={(track) => void add(id, [track])}
      />
    </div>
  )
}
