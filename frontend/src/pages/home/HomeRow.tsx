import { Link } from '@tanstack/react-router'
import type { CSSProperties } from 'react'
import type { Track } from '@/api/types'
import { useWide } from '@/components/sheet/wide'
import { ArtistNames } from '@/components/track-row/ArtistNames'
import { Cover, coverTrack } from '@/covers/Cover'
import { tint } from '@/covers/tint'
import { RowJoin } from '@/lines/RowJoin'
import { rowThickness } from '@/lines/thickness'
import styles from './HomeRow.module.css'
import { allOf, type Row, rowTitle } from './rows'

/** The seed, smaller and lower, and a line from cover to cover, as thick as each song's score within the row. A row
 * without a seed has no line. */
export function HomeRow({ row }: { row: Row }) {
  const wide = useWide()
  if (!row.tracks.length) return null
  const { before, name } = rowTitle(row)
  const all = allOf(row)
  const widths = rowThickness(row.tracks.map(({ score }) => score))
  return (
    <section
      className={`${styles.row} tint`}
      style={row.seed ? tint(coverTrack(row.seed)) : undefined}
      data-line={Boolean(row.seed)}
    >
      <div className={styles.head}>
        <h2 className="head">
          {before ? <span>{before} </span> : null}
          <bdi>{name}</bdi>
        </h2>
        {row.key === 'weekly' ? (
          <Link to="/weekly">
            All<span className="sr"> songs: {row.title}</span>
          </Link>
        ) : null}
        {all ? (
          <Link to="/recommend" search={all}>
            All<span className="sr"> songs: {row.title}</span>
          </Link>
        ) : null}
      </div>
      <div className={styles.tracks}>
        {row.seed ? (
          <Link to="/track/$id" params={{ id: row.seed.id }} className={styles.seed} aria-label={row.seed.title}>
            <Cover track={row.seed} className={styles.cover} />
          </Link>
        ) : null}
        {row.tracks.map(({ track }, i) => (
          <Card
            key={track.id}
            track={track}
            width={widths[i] as number}
            join={i === 0 && row.seed ? <RowJoin wide={wide} width={widths[0] as number} /> : null}
          />
        ))}
      </div>
    </section>
  )
}

function Card({ track, width, join }: { track: Track; width: number; join: React.ReactNode }) {
  return (
    <Link
      to="/track/$id"
      params={{ id: track.id }}
      className={join ? styles.begin : styles.card}
      style={{ '--w': `${width.toFixed(1)}px` } as CSSProperties}
    >
      {join}
      <Cover track={track} className={styles.cover} />
      <span className={`small name ${styles.title}`}>
        <bdi>{track.title}</bdi>
      </span>
      <span className={`micro dim cut ${styles.by}`}>
        <ArtistNames track={track} />
      </span>
    </Link>
  )
}
