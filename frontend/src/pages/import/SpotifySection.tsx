import { useQuery } from '@tanstack/react-query'
import { ButtonLink } from '@/components/button/Button'
import { linkQuery } from '@/pages/connect/queries'
import { shownOf } from '@/pages/connect/states'
import styles from './import.module.css'

/** The way to the link with Spotify; nothing where the server has none. */
export function SpotifySection() {
  const link = useQuery(linkQuery).data
  if (!link || link.state === 'not_configured') return null
  const shown = shownOf(link, undefined)
  return (
    <section>
      <h2 className="head">Spotify</h2>
      <p className={`small soft ${styles.note}`}>
        <bdi>{shown.title}</bdi>. Likes and playlists are read once a day while it is connected.
      </p>
      <p className={styles.note}>
        <ButtonLink to="/connect/spotify">{link.state === 'connected' ? 'See it' : 'Connect'}</ButtonLink>
      </p>
    </section>
  )
}
