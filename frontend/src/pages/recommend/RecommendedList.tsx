import type { Track } from '@/api/types'
import { TrackRowBones } from '@/components/states/Skeleton'
import { Branches } from '@/lines/Trunks'
import { ExportButtons } from '@/list/ExportButtons'
import { GuestLikes } from '@/list/GuestLikes'
import { ListFailure } from '@/list/ListFailure'
import { ListNotes } from '@/list/ListNotes'
import { NothingFits } from '@/list/NothingFits'
import { ResultList } from '@/list/ResultList'
import { SeedList } from '@/list/SeedList'
import { SetButtons } from '@/list/SetButtons'
import { branchWidths, linesOf, type SeedLine } from '@/list/seedLines'
import { changed, isNamed, type ListState, withAway, withoutAway, withoutSeed, withSeed } from '@/list/state'
import { Tune } from '@/list/Tune'
import { TuneButton } from '@/list/TuneButton'
import { listTitle } from '@/list/title'
import { remember, useTracks } from '@/list/tracks'
import { useList } from '@/list/useList'
import { type ShownList, useShown } from '@/list/useShown'
import { Playing } from './Playing'
import styles from './RecommendPage.module.css'
import type { Change } from './useListState'

const SIZE = 12

/** Now playing, the list, Tune. */
export function RecommendedList({ state, onChange }: { state: ListState; onChange: Change }) {
  const { data: seeds = [] } = useTracks(state.seeds)
  const { data: away = [] } = useTracks(state.away)
  const query = useList(state, SIZE)
  const list = useShown(query.data, SIZE)
  const lines = query.error && !query.data ? [] : linesOf(seeds, state.name, query.data?.answer)
  const title = listTitle(state)
  const tracks = list?.items.map(({ track }) => track) ?? []
  return (
    <div className={styles.columns}>
      <title>{`${title} · Segue`}</title>
      <aside className={`${styles.now} only-wide`} aria-label="Now playing">
        <Playing tracks={tracks} awaited={query.isPending} />
      </aside>
      <div className={styles.middle}>
        <div className={styles.head}>
          <h1 className="title">{title}</h1>
          <ExportButtons state={state} size={SIZE} file={{ title, tracks }} className={`${styles.exports} only-wide`} />
          <TuneButton
            state={state}
            count={tracks.length}
            onChange={onChange}
            className={`${styles.tuneButton} only-phone`}
          />
        </div>
        <SeedList
          seeds={seeds}
          name={state.name}
          lines={lines}
          edit={{
            add: (track) => add(track, withSeed(state, track.id), onChange),
            remove: (track) => onChange(withoutSeed(state, track.id)),
            name: (name) => onChange(changed(state, { name })),
          }}
          {...(isNamed(state)
            ? {
                away: {
                  tracks: away,
                  add: (track: Track) => add(track, withAway(state, track.id), onChange),
                  remove: (track: Track) => onChange(withoutAway(state, track.id)),
                },
              }
            : {})}
        />
        <RecommendedTracks
          state={state}
          query={query}
          list={list}
          lines={lines}
          single={state.seeds.length === 1 && !state.name}
          onChange={onChange}
        />
        <GuestLikes />
      </div>
      <aside className={`${styles.tune} only-wide`} aria-label="Tune">
        <Tune state={state} onChange={onChange} />
      </aside>
    </div>
  )
}

function add(track: Track, next: ListState, onChange: Change): void {
  remember([track])
  onChange(next)
}

interface TracksProps {
  state: ListState
  query: ReturnType<typeof useList>
  list: ShownList | null
  lines: readonly SeedLine[]
  single: boolean
  onChange: Change
}

/** The songs in each state of the request. */
function RecommendedTracks({ state, query, list, lines, single, onChange }: TracksProps) {
  const failure = query.error ? <ListFailure error={query.error} retry={() => void query.refetch()} /> : null
  if (!query.data || !list) return failure ?? <TrackRowBones rows={SIZE} />
  const { answer } = query.data
  const tints = lines.map(({ tint }) => tint)
  const widths = branchWidths(lines, list.items)
  return (
    <>
      {failure}
      <ListNotes answer={answer} />
      {list.items.length ? (
        <ResultList
          list={list}
          lines={lines}
          single={single}
          label="Recommendations"
          busy={query.isPlaceholderData}
          lined={lines.length ? 'trunks' : undefined}
          gutter={(_, nth) => (
            <Branches tints={tints} widths={widths[nth] ?? []} last={nth === list.items.length - 1} nth={nth} />
          )}
        />
      ) : (
        <NothingFits state={state} sentAway={answer.tracks.length > 0} onChange={onChange} />
      )}
      {list.items.length ? (
        <div className={styles.set}>
          <SetButtons state={state} busy={query.isPlaceholderData} onChange={onChange} />
          <ExportButtons
            state={state}
            size={SIZE}
            file={{ title: listTitle(state), tracks: list.items.map(({ track }) => track) }}
            className={`${styles.exports} only-phone`}
          />
        </div>
      ) : null}
    </>
  )
}
