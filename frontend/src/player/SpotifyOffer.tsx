import type { Track } from '@/api/types'
import { Button } from '@/components/button/Button'
import { playAgain } from './queue'
import styles from './SpotifyOffer.module.css'
import { setSpotifyAgreed, useSpotifyAgreed } from './settings'
import { linkOutOf } from './sources'

/** For songs that Spotify has: a link to it, and its player once the person agreed to load it. */
export function SpotifyOffer({ track }: { track: Track }) {
  const agreed = useSpotifyAgreed()
  const address = linkOutOf(track)
  if (!address) return null
  const agree = () => {
    setSpotifyAgreed(true)
    playAgain()
  }
  return (
    <div className={styles.offer}>
      <a className="micro" href={address} target="_blank" rel="noreferrer">
        Listen on Spotify
      </a>
      {agreed ? null : (
        <>
          <p className="micro dim">
            Its player can stand here. It loads from Spotify, which then sees your address and may set cookies. You can
            take this back in settings.
          </p>
          <Button onClick={agree}>Load Spotify’s player</Button>
        </>
      )}
    </div>
  )
}
