import { IconUserOff } from '@tabler/icons-react'
import { useSession } from '@/api/session'
import type { Track } from '@/api/types'
import { Button } from '@/components/button/Button'
import { muteArtist } from '@/mutes/mutes'
import styles from './Why.module.css'

/** From a list: an artist who is in no list any more. */
export function WhyMore({ track, onDone }: { track: Track; onDone: () => void }) {
  const artist = track.artists[0]
  if (useSession().kind !== 'signed' || !artist) return null
  const mute = () => {
    onDone()
    void muteArtist(artist)
  }
  return (
    <div className={styles.more}>
      <Button kind="plain" icon={<IconUserOff size={20} stroke={1.6} aria-hidden="true" />} onClick={mute}>
        Never this artist
      </Button>
    </div>
  )
}
