import { useQuery } from '@tanstack/react-query'
import type { Track } from '@/api/types'
import { queries as track } from '@/pages/track/queries'
import styles from './ArtistPage.module.css'
import { type FeatureRange, rangesOf } from './ranges'

/** Where the songs lie on four features; nothing where too few are known. */
export function HowTheySound({ tracks }: { tracks: readonly Track[] }) {
  const { data } = useQuery(track.distributions)
  const ranges = rangesOf(tracks, data?.items ?? [])
  if (ranges.length === 0) return null
  return (
    <section>
      <h2 className={`head ${styles.soundHead}`}>How they sound</h2>
      <ul>
        {ranges.map((range) => (
          <li key={range.word} className={styles.range}>
            <span className="small">{range.word}</span>
            <Rail range={range} />
          </li>
        ))}
      </ul>
      <p className={`micro dim ${styles.note}`}>
        Eight songs in ten lie in the bar. The thin tick is the catalogue’s middle.
      </p>
    </section>
  )
}

function Rail({ range: { word, from, to, middle, catalogue } }: { range: FeatureRange }) {
  const label = `${word}: most songs between ${from} and ${to} of 100, middle ${middle}`
  const beside = catalogue === null ? '' : `, catalogue ${Math.round(catalogue)}`
  return (
    <span className={styles.rail} role="img" aria-label={label + beside}>
      <i className={styles.bar} style={{ left: `${from}%`, right: `${100 - to}%` }} />
      <i className={styles.middle} style={{ left: `${middle}%` }} />
      {catalogue === null ? null : <i className={styles.tick} style={{ left: `${catalogue}%` }} />}
    </span>
  )
}
