import { useEffect, useRef } from 'react'
import type { Spot } from './camera'

/** Zooms by the wheel; a listener of React could not keep the page from scrolling. */
export function useWheel(ref: { current: HTMLElement | null }, zoom: (factor: number, at: Spot) => void) {
  const latest = useRef(zoom)
  latest.current = zoom
  useEffect(() => {
    const box = ref.current?.querySelector('[role="application"]')
    const turn = (event: Event) => {
      const wheel = event as WheelEvent
      event.preventDefault()
      const { left, top } = (box as Element).getBoundingClientRect()
      const lines = wheel.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1
      latest.current(Math.exp(-wheel.deltaY * lines * 0.002), [wheel.clientX - left, wheel.clientY - top])
    }
    box?.addEventListener('wheel', turn, { passive: false })
    return () => box?.removeEventListener('wheel', turn)
  }, [ref])
}
