import { IconRotateClockwise } from '@tabler/icons-react'
import { Button } from '@/components/button/Button'
import { OneBox } from '@/components/one-box/OneBox'
import { GuestLikes } from '@/list/GuestLikes'
import { ListFailure } from '@/list/ListFailure'
import { changed, type ListState, MOST_SETS, withoutSeed, withSeed } from '@/list/state'
import { TuneButton } from '@/list/TuneButton'
import { listTitle } from '@/list/title'
import { remember, useTracks } from '@/list/tracks'
import { useList } from '@/list/useList'
import { useShown } from '@/list/useShown'
import type { Change } from '../recommend/useListState'
import { FromOne } from './FromOne'
import { FromSeveral } from './FromSeveral'
import styles from './GuestList.module.css'
import { ListBones } from './ListBones'

const SIZE = 8

/** The list after a guest's first choice: the box with what was named, and eight songs that follow. */
export default function GuestList({ state, onChange }: { state: ListState; onChange: Change }) {
  const { data: seeds = [], isLoading } = useTracks(state.seeds)
  const query = useList(state, SIZE)
  const list = useShown(query.data, SIZE)
  const set = (number: number) => onChange({ ...state, set: number })
  const buttons = (
    <>
      <TuneButton state={state} count={list?.items.length ?? 0} onChange={onChange} />
      <Button
        icon={<IconRotateClockwise size={20} stroke={1.6} aria-hidden="true" />}
        busy={query.isPlaceholderData}
        disabled={state.set >= MOST_SETS}
        onClick={() => set(state.set + 1)}
      >
        Another set
      </Button>
    </>
  )
  const shown = { state, seeds, list, answer: query.data?.answer, busy: query.isPlaceholderData, onChange }
  const [one] = seeds
  return (
    <>
      <title>{`${seeds.length === 1 ? one?.title : listTitle(state)} · Segue`}</title>
      <div className={styles.head}>
        <OneBox
          label="Add another song"
          placeholder="Add more"
          frame="compact"
          seeds={seeds}
          mood={state.name}
          awaited={isLoading ? state.seeds.length : 0}
          onTrack={(track) => {
            remember([track])
            onChange(withSeed(state, track.id))
          }}
          {...(state.name ? {} : { onMood: (name: string) => onChange(changed(state, { name })) })}
          onRemove={({ id }) => onChange(withoutSeed(state, id))}
          onRemoveMood={() => onChange(changed(state, { name: null }))}
        />
        <div className={`${styles.buttons} only-wide`}>{buttons}</div>
      </div>
      {query.error ? (
        <div className={styles.failed}>
          {list ? null : <h1 className="sr">{listTitle(state)}</h1>}
          <ListFailure error={query.error} retry={() => void query.refetch()} />
        </div>
      ) : null}
      {query.error && !list ? null : one && seeds.length === 1 && !state.name ? (
        <FromOne {...shown} seed={one} />
      ) : list && !isLoading ? (
        <FromSeveral {...shown} />
      ) : (
        <ListBones one={state.seeds.length === 1 && !state.name} rows={SIZE} />
      )}
      <div className={`${styles.foot} only-phone`}>{buttons}</div>
      {state.set > 1 ? (
        <Button kind="plain" className={styles.back} onClick={() => set(state.set - 1)}>
          Back to set {state.set - 1}
        </Button>
      ) : null}
      <div className={styles.keep}>
        <GuestLikes />
      </div>
    </>
  )
}
