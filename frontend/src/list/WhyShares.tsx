import type { CSSProperties } from 'react'
import type { Recommended, Track } from '@/api/types'
import { Cover, coverTrack } from '@/covers/Cover'
import { tints } from '@/covers/tint'
import { whyHeight } from '@/lines/paths'
import { WhyStrands } from '@/lines/WhyStrands'
import { evidenceOf } from './reason'
import type { SeedLine } from './seedLines'
import { hundredths, othersShare, shareText, sumLine } from './shares'
import { useTracks } from './tracks'
import styles from './Why.module.css'

interface Row {
  key: string
  title: string
  track: Track | null
  share: number
  tint: CSSProperties
}

/** Each seed with its share, strands merging into the song, the sum, and the evidence in words. */
export function WhyShares({ item, lines }: { item: Recommended; lines: readonly SeedLine[] }) {
  const rows = useRows(item, lines)
  const parts = hundredths(rows.map(({ share }) => share))
  const { together, words } = evidenceOf(item.reason)
  const first = rows[0]
  return (
    <>
      {rows.length ? (
        <div className={styles.shares}>
          <ul>
            {rows.map(({ key, title, track }, i) => (
              <li key={key}>
                {track ? <Cover track={track} size={36} /> : <span className={styles.hole} aria-hidden="true" />}
                <span className={styles.seed}>
                  <span className="small name cut">
                    <bdi>{title}</bdi>
                  </span>
                  <span className="micro dim num cut">{shareText(parts[i] as number)} of the score</span>
                </span>
              </li>
            ))}
          </ul>
          <div style={{ height: whyHeight(rows.length) }}>
            <WhyStrands shares={rows.map(({ share }) => share)} tints={rows.map(({ tint }) => tint)} />
          </div>
          <Cover track={item.track} size={56} className={styles.track} />
        </div>
      ) : null}
      <p className={`${styles.sum} micro dim num`}>
        {rows.length ? <b>{sumLine(parts)} </b> : null}
        {together ? (
          <>
            In <b>{together}</b> together with <bdi>{first?.title}</bdi>
            {rows.length > 1 ? ', the seed that counted most' : ''}.{' '}
          </>
        ) : null}
        {words.join(' ')} {strength(item)}
      </p>
    </>
  )
}

/** The raw similarity, and the score where dials and mixing changed it. */
function strength({ score, similarity }: Recommended): string {
  if (similarity === null || similarity === undefined) return ''
  const raw = `Similarity ${similarity.toFixed(2)}`
  return score.toFixed(2) === similarity.toFixed(2) ? `${raw}.` : `${raw}, score ${score.toFixed(2)} after the dials.`
}

const OTHERS_TINT = { '--tint-light': 'var(--edge)', '--tint-dark': 'var(--edge)' } as CSSProperties

/** The seeds of the reason; what seeds beyond these brought stands as one more. */
function useRows({ reason }: Recommended, lines: readonly SeedLine[]): Row[] {
  const seeds = (reason.seeds ?? []).filter(({ share }) => share > 0)
  const { data: tracks = [] } = useTracks(seeds.flatMap(({ track }) => track ?? []))
  const own = tints(tracks.map(coverTrack))
  const rows = seeds.map((seed, i): Row => {
    const track = tracks.find(({ id }) => id === seed.track) ?? null
    const line = lines.find(({ id, name }) => (seed.track ? id === seed.track : name === seed.name))
    const tint = line?.tint ?? (track ? own[tracks.indexOf(track)] : undefined) ?? OTHERS_TINT
    const title = seed.name ? `Lists called “${seed.name}”` : (seed.title ?? track?.title ?? 'The sound asked for')
    return { key: seed.track ?? seed.name ?? String(i), title, track, share: seed.share, tint }
  })
  const others = othersShare(seeds.map(({ share }) => share))
  if (!rows.length || !others) return rows
  return [...rows, { key: 'others', title: 'Other songs together', track: null, share: others, tint: OTHERS_TINT }]
}
