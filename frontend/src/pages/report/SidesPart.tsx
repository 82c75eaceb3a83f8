import { Link } from '@tanstack/react-router'
import type { Report } from '@/api/types'
import { percent } from '@/charts/words'
import { ButtonLink } from '@/components/button/Button'
import { Cover } from '@/covers/Cover'
import { counted } from '@/words/dates'
import { capital } from '@/words/numbers'
import parts from './parts.module.css'
import styles from './report.module.css'
import { asTrack, namedTracks, useTracks } from './tracks'

const EXAMPLES = 4

/** The sides of a taste with the songs nearest to their middles. */
export default function SidesPart({ report, own }: { report: Report; own?: boolean | undefined }) {
  const { found, settled } = useTracks(namedTracks(report))
  if (!report.clusters.length) return null
  const n = report.clusters.reduce((all, side) => all + side.n, 0)
  return (
    <section className={styles.section} aria-label="Sides of your taste">
      <h2 className={`title ${parts.sidesHead}`}>
        {report.clusters.length === 1 ? 'One side' : 'Sides of your taste'}
      </h2>
      <p className={`soft ${parts.sidesIntro}`}>
        Found in {counted(n, 'song')}: groups of songs near each other, each named by what it has more of than the rest.
      </p>
      <ul className={parts.sides}>
        {report.clusters.map((side) => (
          <li key={side.label}>
            <div className={parts.sideCovers}>
              {side.tracks.slice(0, EXAMPLES).map((track) => (
                <Link key={track.id} to="/track/$id" params={{ id: track.id }} title={track.title}>
                  {settled ? <Cover track={found.get(track.id) ?? asTrack(track)} /> : null}
                  <span className="sr">
                    <bdi>{track.title}</bdi>
                  </span>
                </Link>
              ))}
            </div>
            <h3 className="head">{capital(side.label)}</h3>
            <p className="small soft num">
              {percent(side.share)}, {counted(side.n, 'song')}
              {side.tracks[0] ? (
                <>
                  {' '}
                  such as <bdi>{side.tracks[0].title}</bdi>
                </>
              ) : null}
            </p>
          </li>
        ))}
      </ul>
      {own ? <ButtonLink to="/profile">See them as a line</ButtonLink> : null}
    </section>
  )
}
