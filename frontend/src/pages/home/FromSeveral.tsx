import { Branches } from '@/lines/Trunks'
import { ListNotes } from '@/list/ListNotes'
import { NothingFits } from '@/list/NothingFits'
import { ResultList } from '@/list/ResultList'
import { SeedList } from '@/list/SeedList'
import { branchWidths, linesOf } from '@/list/seedLines'
import { listTitle } from '@/list/title'
import type { ShownProps } from './FromOne'
import styles from './GuestList.module.css'

/** Several seeds, or a mood: a trunk for each, a branch to each song as thick as its share. */
export function FromSeveral({ state, seeds, list, answer, busy, onChange }: ShownProps) {
  if (!list || !answer) return null
  const lines = linesOf(seeds, state.name, answer)
  const tints = lines.map(({ tint }) => tint)
  const widths = branchWidths(lines, list.items)
  return (
    <div className={styles.several}>
      <h1 className="title">{listTitle(state)}</h1>
      <ListNotes answer={answer} />
      <SeedList seeds={seeds} name={state.name} lines={lines} />
      {list.items.length ? (
        <ResultList
          list={list}
          lines={lines}
          single={false}
          label="Songs that follow"
          busy={busy}
          lined={lines.length ? 'trunks' : undefined}
          gutter={(_, nth) => (
            <Branches tints={tints} widths={widths[nth] ?? []} last={nth === list.items.length - 1} nth={nth} />
          )}
        />
      ) : (
        <NothingFits state={state} sentAway={answer.tracks.length > 0} onChange={onChange} />
      )}
    </div>
  )
}
