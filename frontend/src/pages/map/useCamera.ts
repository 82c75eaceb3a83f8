import { useReducedMotion } from '@mantine/hooks'
import { useCallback, useEffect, useRef, useState } from 'react'
import { between, type Camera } from './camera'

const FLIGHT_MS = 480

/** The camera as state: `set` moves it at once and ends a flight, `fly` takes it there (at once with reduced motion). */
export function useCamera() {
  const [camera, setCamera] = useState<Camera | null>(null)
  const now = useRef<Camera | null>(null)
  const frame = useRef(0)
  const still = useReducedMotion()

  const show = useCallback((next: Camera) => {
    now.current = next
    setCamera(next)
  }, [])
  const set = useCallback(
    (change: (camera: Camera) => Camera) => {
      cancelAnimationFrame(frame.current)
      if (now.current) show(change(now.current))
    },
    [show],
  )
  const fly = useCallback(
    (to: Camera) => {
      cancelAnimationFrame(frame.current)
      const from = now.current
      if (!from || still) return show(to)
      const began = performance.now()
      const step = (time: number) => {
        const share = Math.min(1, Math.max(0, time - began) / FLIGHT_MS)
        show(between(from, to, share))
        if (share < 1) frame.current = requestAnimationFrame(step)
      }
      frame.current = requestAnimationFrame(step)
      return undefined
    },
    [show, still],
  )
  useEffect(() => () => cancelAnimationFrame(frame.current), [])
  return { camera, set, fly }
}
