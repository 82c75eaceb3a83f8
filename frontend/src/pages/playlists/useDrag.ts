import { type PointerEvent, type RefObject, useRef } from 'react'
import { rowAt } from '@/playlists/order'

interface Lift {
  from: number
  at: number
}

/** Drags a row by its handle with mouse, pen or finger: the list shows where it would stand, and letting go drops it. */
export function useDrag(
  list: RefObject<HTMLElement | null>,
  lift: Lift | null,
  setLift: (lift: Lift | null) => void,
  drop: (from: number, at: number) => void,
) {
  const latest = useRef(drop)
  latest.current = drop
  return (event: PointerEvent<HTMLElement>, from: number) => {
    if (event.button !== 0 || lift) return
    const middles = middlesWithout(list.current, from)
    let at = from
    let held = false
    const begun = event.clientY
    const follow = (moving: globalThis.PointerEvent) => {
      if (!held && Math.abs(moving.clientY - begun) < THRESHOLD_PX) return
      held = true
      at = rowAt(moving.clientY + window.scrollY, middles)
      setLift({ from, at })
    }
    const end = (ended: globalThis.PointerEvent) => {
      window.removeEventListener('pointermove', follow)
      window.removeEventListener('pointerup', end)
      window.removeEventListener('pointercancel', end)
      if (!held) return
      if (ended.type === 'pointercancel') setLift(null)
      else latest.current(from, at)
    }
    // On the window: the row moves within the document, and what it captured would be lost.
    window.addEventListener('pointermove', follow)
    window.addEventListener('pointerup', end)
    window.addEventListener('pointercancel', end)
  }
}

const THRESHOLD_PX = 4

/** Middles of the other rows on the page, as they stood when the drag began, without the room of the dragged row. */
function middlesWithout(list: HTMLElement | null, from: number): number[] {
  const rows = [...(list?.children ?? [])].map((row) => row.getBoundingClientRect())
  const own = rows[from]?.height ?? 0
  return rows.flatMap(({ top, height }, i) => {
    if (i === from) return []
    const middle = top + window.scrollY + height / 2
    // Rows below move up by the dragged row: passing half of what is between counts.
    return [i < from ? middle + own / 2 : middle - own / 2]
  })
}
