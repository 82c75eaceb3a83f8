import { type ReactNode, useCallback, useRef } from 'react'
import type { OpinionKind, Recommended } from '@/api/types'
import { type ShortcutName, useShortcut } from '@/app/shortcuts'
import { Badge } from '@/components/badge/Badge'
import { TrackRow } from '@/components/track-row/TrackRow'
import { OpinionButtons, react } from '@/feedback/OpinionButtons'
import { opinionOf } from '@/feedback/opinions'
import { ReasonButton } from './ReasonButton'
import { isPlaced } from './reason'
import type { SeedLine } from './seedLines'

interface Props {
  item: Recommended
  lines: readonly SeedLine[]
  single: boolean
  fresh: boolean
  gutter?: ReactNode
  onSaid: (kind: OpinionKind) => void
  onPlay: () => void
}

export function ResultRow({ item, lines, single, fresh, gutter, onSaid, onPlay }: Props) {
  const { track } = item
  const row = useRef<HTMLLIElement>(null)
  const toggle = (kind: OpinionKind) => react(track, opinionOf(track) === kind ? 'neutral' : kind, onSaid)
  useRowShortcut('like', row, () => toggle('like'))
  useRowShortcut('dislike', row, () => toggle('dislike'))
  const badges = (
    <>
      {fresh ? <Badge>new</Badge> : null} {isPlaced(item.reason) ? <Badge flat>placed by its sound</Badge> : null}
    </>
  )
  return (
    <TrackRow
      ref={row}
      track={track}
      gutter={
        <>
          {gutter}
          <span />
        </>
      }
      badge={badges}
      onPlay={onPlay}
      actions={<OpinionButtons track={track} onSaid={onSaid} />}
    >
      <ReasonButton item={item} lines={lines} single={single} onSaid={(kind) => react(track, kind, onSaid)} />
    </TrackRow>
  )
}

/** A single key acts on the row that has focus or is pointed at. */
function useRowShortcut(name: ShortcutName, row: React.RefObject<HTMLElement | null>, act: () => void) {
  const latest = useRef(act)
  latest.current = act
  useShortcut(
    name,
    useCallback(() => {
      if (row.current?.matches(':focus-within, :hover')) latest.current()
    }, [row]),
  )
}
