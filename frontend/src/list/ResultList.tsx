import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react'
import type { OpinionKind, Recommended } from '@/api/types'
import { announce } from '@/components/announcer/announce'
import { playTracks } from '@/player/queue'
import { countInWords } from '@/words/numbers'
import styles from './ResultList.module.css'
import { ResultRow } from './ResultRow'
import type { SeedLine } from './seedLines'
import { successor } from './shown'
import { useFlip } from './useFlip'
import type { ShownList } from './useShown'

interface Props {
  list: ShownList
  lines: readonly SeedLine[]
  /** One seed, whose name every reason would repeat. */
  single: boolean
  label: string
  /** What is drawn before a row's cover. */
  gutter?: (item: Recommended, nth: number) => ReactNode
  /** The width of the gutter: none, the trunks', or the cable's of the phone. */
  lined?: 'trunks' | 'cable' | undefined
  busy?: boolean
  className?: string
}

/** Recommended songs, best first. What is sent away leaves at once, and focus moves to the row that takes its place. */
export function ResultList({ list, lines, single, label, gutter, lined, busy, className = '' }: Props) {
  const element = useRef<HTMLOListElement>(null)
  const ids = list.items.map(({ track }) => track.id)
  const onSaid = useSuccession(element, ids)
  useFlip(element, list.identity)
  useNews(list.fresh.size)
  const classes = [styles.list, lined ? styles[lined] : '', className].join(' ')
  return (
    <ol ref={element} className={classes} aria-label={label} aria-busy={busy || undefined}>
      {list.items.map((item, i) => (
        <ResultRow
          key={item.track.id}
          item={item}
          lines={lines}
          single={single}
          fresh={list.fresh.has(item.track.id)}
          gutter={gutter?.(item, i)}
          onSaid={(kind) => onSaid(item.track.id, kind)}
          onPlay={() =>
            playTracks(
              list.items.map(({ track }) => track),
              i,
            )
          }
        />
      ))}
    </ol>
  )
}

/** Moves focus on when the row that had it leaves. */
function useSuccession(list: React.RefObject<HTMLElement | null>, ids: readonly string[]) {
  const leaving = useRef<{ id: string; before: readonly string[] } | null>(null)
  useLayoutEffect(() => {
    const gone = leaving.current
    if (!gone || ids.includes(gone.id)) return
    leaving.current = null
    if (document.activeElement !== document.body && document.activeElement !== null) return
    const next = successor(gone.before, ids, gone.id)
    const row = next ? list.current?.querySelector<HTMLElement>(`[data-track="${next}"]`) : null
    row?.querySelector('a')?.focus({ preventScroll: true })
  })
  return (id: string, kind: OpinionKind) => {
    leaving.current = kind === 'dislike' || kind === 'never' ? { id, before: ids } : null
  }
}

function useNews(fresh: number) {
  useEffect(() => {
    if (fresh) announce(`The list changed: ${countInWords(fresh, 'song')} new.`)
  }, [fresh])
}
