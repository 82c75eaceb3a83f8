import { useEffect } from 'react'
import styles from './PlayerBar.module.css'
import { embedAddress, FRAME, useEmbed } from './providers/spotifyEmbed'
import { playAgain } from './queue'
import { onSpotifyAgreed, spotifyAgreed } from './settings'

/** Spotify's player, in one place of the app so that changing the page does not stop it. */
export function SpotifyFrame() {
  const id = useEmbed()
  useEffect(() => onSpotifyAgreed(() => !spotifyAgreed() && id && playAgain()), [id])
  if (!id) return null
  return (
    <iframe
      key={id}
      id={FRAME}
      className={styles.frame}
      title="Spotify’s player"
      src={embedAddress(id)}
      allow="autoplay; encrypted-media; clipboard-write"
      referrerPolicy="no-referrer"
    />
  )
}
