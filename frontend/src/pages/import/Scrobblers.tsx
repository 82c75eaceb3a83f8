import { Link } from '@tanstack/react-router'
import { CopyRow } from '@/components/code/Code'
import styles from './import.module.css'

/** Where players send what is played, as it happens. */
export const Scrobblers = () => {
  const { origin } = window.location
  return (
    <section>
      <h2 className="head">From now on: scrobblers</h2>
      <p className={`${styles.under} small soft`}>
        Players and scrobblers can send what you hear as it happens; it counts in the next list. In{' '}
        <Link to="/settings">Settings</Link>, make an API key that may record plays in your name, and put it where the
        player asks for a ListenBrainz token.
      </p>
      <dl className={styles.services}>
        <div>
          <dt>ListenBrainz clients</dt>
          <dd className={`${styles.address} small soft`}>
            <p>Navidrome, Web Scrobbler, Pano Scrobbler, multi-scrobbler and others take this address.</p>
            <CopyRow text={`${origin}/1/`} label="Copy the address for ListenBrainz clients" />
          </dd>
        </div>
        <div>
          <dt>Audioscrobbler clients</dt>
          <dd className={`${styles.address} small soft`}>
            <p>mpdscribble and others: your e-mail address, and the scrobble password that is shown with a new key.</p>
            <CopyRow text={`${origin}/audioscrobbler/`} label="Copy the address for Audioscrobbler clients" />
          </dd>
        </div>
      </dl>
    </section>
  )
}
