import { IconPlus, IconRefresh, IconX } from '@tabler/icons-react'
import type { RefObject } from 'react'
import type { Recommended } from '@/api/types'
import { announce } from '@/components/announcer/announce'
import { Button } from '@/components/button/Button'
import { IconButton } from '@/components/button/IconButton'
import { degradedNote } from '@/components/states/degraded'
import { Failure } from '@/components/states/Failure'
import { TrackRowBones } from '@/components/states/Skeleton'
import { TrackRow } from '@/components/track-row/TrackRow'
import { Branches } from '@/lines/Trunks'
import { ReasonButton } from '@/list/ReasonButton'
import { SeedList } from '@/list/SeedList'
import { branchWidths, type SeedLine, seedLines } from '@/list/seedLines'
import { playTracks } from '@/player/queue'
import { add } from '@/playlists/changes'
import { strongest } from '@/playlists/onward'
import type { Playlist, PlaylistItem } from '@/playlists/queries'
import { countInWords } from '@/words/numbers'
import styles from './playlists.module.css'
import { useOnward } from './useOnward'

interface Props {
  playlist: Playlist
  items: readonly PlaylistItem[]
  heading: RefObject<HTMLHeadingElement | null>
}

/** What follows the playlist, each with its reason, hung from the songs of it that brought most. */
export function LeadsOn({ playlist, items, heading }: Props) {
  const onward = useOnward(playlist, items)
  return (
    <section className={styles.onward} aria-label="Leads on to">
      <div className={styles.onwardHead}>
        <h2 className="head" ref={heading} tabIndex={-1}>
          Leads on to
        </h2>
      </div>
      <Suggestions playlist={playlist} items={items} onward={onward} heading={heading} />
    </section>
  )
}

interface SuggestionsProps extends Props {
  onward: ReturnType<typeof useOnward>
}

function Suggestions({ playlist, items, onward, heading }: SuggestionsProps) {
  const { query, shown } = onward
  if (query.isPending) return <TrackRowBones rows={6} />
  if (!query.data)
    return <Failure error={query.error} what="What follows could not be found." retry={() => void query.refetch()} />
  const note = query.data.degraded ? degradedNote(query.data.degraded) : null
  const seeds = strongest(
    items.map(({ track }) => track),
    shown,
  )
  const lines = seedLines(seeds, null)
  const include = (suggested: readonly Recommended[]) => {
    const tracks = suggested.map(({ track }) => track)
    heading.current?.focus({ preventScroll: true })
    void add(playlist.id, tracks)
  }
  return (
    <>
      {note ? (
        <p className="micro dim">
          <b>{note.title}</b> {note.text}
        </p>
      ) : null}
      {seeds.length ? <SeedList seeds={seeds} name={null} lines={lines} /> : null}
      {shown.length ? (
        <ol className={styles.suggested} aria-label="Songs that follow">
          {shown.map((item, nth) => (
            <Suggestion
              key={item.track.id}
              item={item}
              lines={lines}
              nth={nth}
              widths={branchWidths(lines, shown)[nth] ?? []}
              last={nth === shown.length - 1}
              onPlay={() =>
                playTracks(
                  shown.map(({ track }) => track),
                  nth,
                )
              }
              onAdd={() => include([item])}
              onLeave={() => {
                heading.current?.focus({ preventScroll: true })
                announce(`${item.track.title} left out.`)
                onward.leave(item.track.id)
              }}
            />
          ))}
        </ol>
      ) : (
        <p className="soft">Nothing else follows from these songs.</p>
      )}
      <div className={styles.actions}>
        {shown.length > 1 ? (
          <Button onClick={() => include(shown)}>Add {countInWords(shown.length, 'song')}</Button>
        ) : null}
        <Button
          kind="plain"
          busy={query.isFetching}
          icon={<IconRefresh size={20} stroke={1.6} aria-hidden="true" />}
          onClick={onward.others}
        >
          Others
        </Button>
      </div>
    </>
  )
}

interface SuggestionProps {
  item: Recommended
  lines: readonly SeedLine[]
  widths: readonly number[]
  nth: number
  last: boolean
  onPlay: () => void
  onAdd: () => void
  onLeave: () => void
}

function Suggestion({ item, lines, widths, nth, last, onPlay, onAdd, onLeave }: SuggestionProps) {
  const { title } = item.track
  const gutter = lines.length ? (
    <>
      <Branches tints={lines.map(({ tint }) => tint)} widths={widths} last={last} nth={nth} />
      <span />
    </>
  ) : null
  return (
    <TrackRow
      track={item.track}
      gutter={gutter}
      onPlay={onPlay}
      actions={
        <span className={styles.two}>
          <IconButton label={`Add ${title}`} onClick={onAdd}>
            <IconPlus size={20} stroke={1.6} />
          </IconButton>
          <IconButton label={`Leave out ${title}`} onClick={onLeave}>
            <IconX size={20} stroke={1.6} />
          </IconButton>
        </span>
      }
    >
      <ReasonButton item={item} lines={lines} single={false} onSaid={onLeave} />
    </TrackRow>
  )
}
