import { Link } from '@tanstack/react-router'
import { Fragment } from 'react'
import type { Report } from '@/api/types'
import { percent } from '@/charts/words'
import { Cover, coverTrack } from '@/covers/Cover'
import { tints } from '@/covers/tint'
import { asTrack, namedTracks, useTracks } from '@/pages/report/tracks'
import { counted } from '@/words/dates'
import { capital } from '@/words/numbers'
import { CableEnd } from './CableEnd'
import { cableRows, cableWidth } from './cable'
import styles from './profile.module.css'

const COVERS = 3

/** The cable down the page is the taste: one row for each side, with the songs nearest to its middle. */
export function Sides({ report }: { report: Report }) {
  const { clusters } = report
  const { found, settled } = useTracks(namedTracks(report))
  const whole = (track: Report['clusters'][number]['tracks'][number]) => found.get(track.id) ?? asTrack(track)
  const colours = tints(clusters.map(({ tracks }) => coverTrack(tracks[0] ? whole(tracks[0]) : NOBODY)))
  const weights = clusters.map(({ share }) => share)
  const rows = cableRows(weights)
  return (
    <ol className={styles.sides}>
      {clusters.map((side, i) => (
        <li key={side.label} className={styles.side}>
          {settled ? (
            <CableEnd
              row={rows[i] as (typeof rows)[number]}
              tints={colours}
              side={i}
              cap={i === 0 ? cableWidth(weights) : null}
            />
          ) : null}
          <div className={styles.covers}>
            {side.tracks.slice(0, COVERS).map((track) => (
              <Link key={track.id} to="/track/$id" params={{ id: track.id }} title={track.title}>
                {settled ? <Cover track={whole(track)} /> : null}
                <span className="sr">
                  <bdi>{track.title}</bdi>
                </span>
              </Link>
            ))}
          </div>
          <div className={styles.text}>
            <h2 className="head">{capital(side.label)}</h2>
            <p className="small soft">{commonGenres(side, clusters.length)}</p>
            <p className="micro dim">
              <span className="num">{counted(side.n, 'song')}</span>, such as{' '}
              {side.tracks.slice(0, 2).map((track, nth) => (
                <Fragment key={track.id}>
                  {nth ? ' and ' : ''}
                  <bdi>{track.title}</bdi>
                </Fragment>
              ))}
            </p>
          </div>
          <p className={styles.weight}>
            <span className="small dim">Weight</span> <span className="head num">{percent(side.share)}</span>
          </p>
        </li>
      ))}
    </ol>
  )
}

const NOBODY = { id: '', artists: [], external_ids: {}, title: '' } as unknown as Parameters<typeof coverTrack>[0]

/** What the examples of a side are called besides, and what named it. */
function commonGenres({ label, by, tracks }: Report['clusters'][number], of: number): string {
  const others = [...new Set(tracks.flatMap(({ genres }) => genres ?? []))]
    .filter((genre) => genre !== label)
    .slice(0, 3)
  if (others.length) return capital(others.join(', '))
  return by === 'none' || of === 1 ? 'All your likes' : `Named by its ${by}`
}
