import { IconChevronRight } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { LinesHead } from '@/components/track-line/TrackLine'
import { Cover } from '@/covers/Cover'
import { Marked } from './Marked'
import type { FoundArtist } from './matches'
import styles from './SearchPage.module.css'

/** The artists whose names fit, each with the cover of a song. */
export function FoundArtists({ artists, words }: { artists: readonly FoundArtist[]; words: readonly string[] }) {
  return (
    <section>
      <LinesHead end={artists.length}>Artists</LinesHead>
      {artists.length === 0 ? <p className="soft">No artist is called that.</p> : null}
      <ul>
        {artists.map(({ artist, track }) => (
          <li key={artist.id}>
            <Link to="/artist/$id" params={{ id: artist.id }} className={styles.artist}>
              <Cover track={track} size={48} round />
              <span className={styles.who}>
                <span className="name cut">
                  <Marked name={artist.name} words={words} />
                </span>
                {track.genres?.length ? <span className="small soft cut">{track.genres.at(-1)}</span> : null}
              </span>
              <IconChevronRight size={20} stroke={1.6} aria-hidden="true" />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
