import { Link } from '@tanstack/react-router'
import type { Recommendations, Track } from '@/api/types'
import { TrackRowBones } from '@/components/states/Skeleton'
import { Artists } from '@/components/track-row/TrackRow'
import { Cover, coverTrack } from '@/covers/Cover'
import { tint } from '@/covers/tint'
import { Cable } from '@/lines/Cable'
import { Fan } from '@/lines/Fan'
import { cableRows } from '@/lines/paths'
import { cableThickness } from '@/lines/thickness'
import { ListNotes } from '@/list/ListNotes'
import { NothingFits } from '@/list/NothingFits'
import { ResultList } from '@/list/ResultList'
import { seedLines } from '@/list/seedLines'
import type { ListState } from '@/list/state'
import { leadsTo } from '@/list/title'
import type { ShownList } from '@/list/useShown'
import type { Change } from '../recommend/useListState'
import styles from './GuestList.module.css'

export interface ShownProps {
  state: ListState
  seeds: readonly Track[]
  list: ShownList | null
  answer: Recommendations | undefined
  busy: boolean
  onChange: Change
}

/** One large cover, a fan (wide) or a cable (phone) to each song; its thickness is the evidence. */
export function FromOne({ state, seed, list, answer, busy, onChange }: ShownProps & { seed: Track }) {
  const colour = tint(coverTrack(seed))
  const tracks = (list?.items ?? []).map(({ track, score }) => ({ id: track.id, score, tint: tint(coverTrack(track)) }))
  const widths = cableThickness(tracks.map(({ score }) => score))
  const rows = cableRows(widths)
  const total = widths.reduce((a, b) => a + b, 0)
  return (
    <>
      <div className={styles.notes}>{answer ? <ListNotes answer={answer} /> : null}</div>
      <div className={styles.start}>
        <div className={styles.first}>
          <Cover track={seed} lifted className={styles.cover} />
          <div className={styles.text}>
            <h1 className="head">
              <Link to="/track/$id" params={{ id: seed.id }}>
                <bdi>{seed.title}</bdi>
              </Link>
            </h1>
            <p className="soft small">
              <Artists track={seed} />
              {seed.year ? <span className="num"> · {seed.year}</span> : null}
            </p>
            <p className={`small dim ${styles.leads}`}>{tracks.length ? leadsTo(tracks.length) : '\u00a0'}</p>
          </div>
        </div>
        <div className="only-wide">
          {list && tracks.length ? <Fan key={list.identity} seed={colour} tracks={tracks} /> : null}
        </div>
        {!list || !answer ? (
          <TrackRowBones rows={8} />
        ) : tracks.length ? (
          <ResultList
            list={list}
            lines={seedLines([seed], null)}
            single
            label="Songs that follow"
            lined="cable"
            busy={busy}
            className={styles.eight ?? ''}
            gutter={(_, nth) => {
              const row = rows[nth]
              if (!row) return null
              const above = nth === 0 ? total : undefined
              return <Cable row={row} total={above} tint={colour} nth={nth} className="only-phone" />
            }}
          />
        ) : (
          <NothingFits state={state} sentAway={answer.tracks.length > 0} onChange={onChange} />
        )}
      </div>
    </>
  )
}
