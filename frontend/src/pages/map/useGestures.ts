/** Pan, zoom, lasso and click on the map by mouse, pen and touch. Spots are in pixels of the canvas. */
import { type PointerEvent, useRef } from 'react'
import type { Spot } from './camera'

const A_CLICK_PX = 6

interface Gestures {
  drawing: boolean
  onPan: (dx: number, dy: number) => void
  onZoom: (factor: number, at: Spot) => void
  onClick: (at: Spot, touch: boolean) => void
  onLine: (line: readonly Spot[]) => void
  onLasso: (line: readonly Spot[]) => void
}

const middle = (spots: Spot[]): Spot => [
  spots.reduce((sum, [x]) => sum + x, 0) / spots.length,
  spots.reduce((sum, [, y]) => sum + y, 0) / spots.length,
]
const span = ([a, b]: Spot[]) => (a && b ? Math.hypot(a[0] - b[0], a[1] - b[1]) : 0)

/** Handlers for the canvas: one pointer moves the map, or draws; two move and scale it. */
export function useGestures(gestures: Gestures) {
  const down = useRef(new Map<number, Spot>())
  const line = useRef<Spot[]>([])
  const moved = useRef(0)
  const spotOf = (event: PointerEvent): Spot => {
    const box = event.currentTarget.getBoundingClientRect()
    return [event.clientX - box.left, event.clientY - box.top]
  }
  const setLine = (next: Spot[]) => {
    line.current = next
    gestures.onLine(next)
  }

  function onPointerDown(event: PointerEvent) {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    down.current.set(event.pointerId, spotOf(event))
    if (down.current.size === 1) moved.current = 0
    setLine(gestures.drawing && down.current.size === 1 ? [spotOf(event)] : [])
  }

  function onPointerMove(event: PointerEvent) {
    const last = down.current.get(event.pointerId)
    if (!last) return
    const before = [...down.current.values()]
    const spot = spotOf(event)
    down.current.set(event.pointerId, spot)
    moved.current += Math.hypot(spot[0] - last[0], spot[1] - last[1])
    if (line.current.length) return setLine([...line.current, spot])
    if (moved.current < A_CLICK_PX) return undefined
    const now = [...down.current.values()]
    const [from, to] = [middle(before), middle(now)]
    gestures.onPan(to[0] - from[0], to[1] - from[1])
    if (now.length > 1 && span(before) > 0) gestures.onZoom(span(now) / span(before), to)
    return undefined
  }

  function onPointerUp(event: PointerEvent) {
    if (!down.current.delete(event.pointerId) || down.current.size) return
    const drawn = line.current
    setLine([])
    if (moved.current < A_CLICK_PX) gestures.onClick(spotOf(event), event.pointerType === 'touch')
    else if (drawn.length > 2) gestures.onLasso(drawn)
  }

  function onPointerCancel(event: PointerEvent) {
    down.current.delete(event.pointerId)
    setLine([])
  }
  return { onPointerDown, onPointerMove, onPointerUp, onPointerCancel }
}
