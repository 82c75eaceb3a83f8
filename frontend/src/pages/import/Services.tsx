import type { ReactNode } from 'react'
import styles from './import.module.css'

const Outside = ({ to, children }: { to: string; children: ReactNode }) => (
  <a href={to} target="_blank" rel="noreferrer">
    {children}
  </a>
)

/** What each service's export is called, and where a person gets it. */
const SERVICES: readonly { name: string; words: ReactNode }[] = [
  {
    name: 'Spotify',
    words: (
      <>
        On the <Outside to="https://www.spotify.com/account/privacy/">privacy page</Outside> of your account, ask for
        “Extended streaming history”: every play since the beginning, after some weeks. “Account data” comes in days,
        with a year of plays, likes and playlists. Drop the zip as it came.
      </>
    ),
  },
  {
    name: 'Apple Music',
    words: (
      <>
        At <Outside to="https://privacy.apple.com">privacy.apple.com</Outside>, request a copy of “Apple Media Services
        information”. The zip holds “Play Activity” and “Likes and Dislikes”.
      </>
    ),
  },
  {
    name: 'YouTube Music',
    words: (
      <>
        In <Outside to="https://takeout.google.com">Google Takeout</Outside>, choose “YouTube and YouTube Music”, and
        set the format of history to JSON; HTML cannot be read.
      </>
    ),
  },
  {
    name: 'ListenBrainz',
    words: (
      <>
        Settings, <Outside to="https://listenbrainz.org/settings/export/">Export data</Outside>: a zip of listens and
        feedback.
      </>
    ),
  },
  {
    name: 'Last.fm',
    words: 'Any CSV or JSON of your scrobbles, as the export tools for Last.fm write them.',
  },
  {
    name: 'Playlists',
    words: 'Most players save a playlist as M3U8, XSPF or JSPF; Exportify saves those of Spotify as CSV.',
  },
]

export const Services = () => (
  <section>
    <h2 className="head">Where to get yours</h2>
    <dl className={styles.services}>
      {SERVICES.map(({ name, words }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="small soft">{words}</dd>
        </div>
      ))}
    </dl>
  </section>
)
