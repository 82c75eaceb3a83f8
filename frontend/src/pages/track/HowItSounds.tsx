import { useQuery } from '@tanstack/react-query'
import type { Track } from '@/api/types'
import { Failure } from '@/components/states/Failure'
import { coverTrack } from '@/covers/Cover'
import { tint } from '@/covers/tint'
import { HEIGHT, hillOf, WIDTH } from './hill'
import { queries } from './queries'
import { type Strip, stripsOf } from './sound'
import styles from './TrackPage.module.css'

/** The features of the song, each on the hill of the catalogue. */
export function HowItSounds({ track }: { track: Track }) {
  const { data, error, refetch } = useQuery(queries.distributions)
  const strips = data ? stripsOf(track, data.items) : []
  return (
    <section className="tint" style={tint(coverTrack(track))}>
      <h2 className="title">How it sounds</h2>
      <p className={`small soft ${styles.intro}`}>
        {data && strips.length === 0
          ? 'Nobody has measured how this song sounds.'
          : 'The bead is this song, the hill is the catalogue.'}
      </p>
      {error ? <Failure error={error} what="The catalogue did not load." retry={() => void refetch()} /> : null}
      <ul className={styles.strips}>
        {strips.map((strip) => (
          <Row key={strip.name} strip={strip} />
        ))}
      </ul>
    </section>
  )
}

function Row({ strip }: { strip: Strip }) {
  const { word, says, at, distribution } = strip
  const hill = hillOf(distribution.shares)
  const x = at * WIDTH
  return (
    <li className={styles.strip}>
      <div>
        <h3 className="small name">{word}</h3>
        <p className="micro dim num">{says}</p>
      </div>
      <svg
        className={styles.hill}
        viewBox={`-7 -10 ${WIDTH + 14} ${HEIGHT + 12}`}
        role="img"
        aria-label={`${word}: ${says}`}
      >
        <path d={hill.area} className={styles.area} />
        <path d={hill.line} className={styles.curve} />
        <path d={`M0 ${HEIGHT}H${WIDTH}`} className={styles.foot} />
        <path d={`M${x.toFixed(1)} ${HEIGHT}V-2`} className={styles.stem} />
        <circle cx={x.toFixed(1)} cy="-2" r="6" className={styles.bead} />
      </svg>
    </li>
  )
}
