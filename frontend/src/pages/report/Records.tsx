import { Link } from '@tanstack/react-router'
import type { Report, Schemas } from '@/api/types'
import { Cover } from '@/covers/Cover'
import parts from './parts.module.css'
import styles from './report.module.css'
import { asTrack, namedTracks, useTracks } from './tracks'

type Kind = Schemas['Record']['kind']
const NAMES: Readonly<Record<Kind, string>> = {
  oldest: 'Oldest',
  newest: 'Newest',
  rarest: 'Least known',
  longest: 'Longest',
  outlier: 'Least like the rest',
}

/** Songs that stand out among the likes. */
export default function Records({ report, heading }: { report: Report; heading?: boolean }) {
  const { found, settled } = useTracks(namedTracks(report))
  return (
    <section aria-label="On record" className={heading ? styles.section : undefined}>
      <h2 className={`head ${parts.recordsHead}`}>On record</h2>
      <ul className={parts.records}>
        {report.records.map(({ kind, value, track }) => (
          <li key={kind}>
            <span className={parts.recordCover}>
              {settled ? <Cover track={found.get(track.id) ?? asTrack(track)} /> : null}
            </span>
            <div>
              <p className="micro dim">
                {NAMES[kind]}
                {kind === 'longest' && value ? <span className="num">, {minutes(value)}</span> : null}
              </p>
              <p className="name">
                <Link to="/track/$id" params={{ id: track.id }} className={parts.quiet}>
                  <bdi>{track.title}</bdi>
                </Link>
              </p>
              <p className="small soft">
                <bdi>{track.artists.join(', ')}</bdi>
                {track.year ? <span className="num"> · {track.year}</span> : null}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

function minutes(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
