import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { type Camera, type Size, type Spot, toScreen } from './camera'
import { radiusOf } from './frame'
import styles from './map.module.css'
import { type Renderer, rendererOn } from './renderer'
import type { CatalogueMap } from './useMap'

interface Props {
  map: CatalogueMap
  camera: Camera
  size: Size
  /** The scale that shows everything. */
  whole: number
  liked: readonly number[]
  chosen: readonly number[] | null
  selected: number | undefined
  /** A closed line on the map: the lasso. */
  line: readonly Spot[]
  onFail: () => void
}

/** The songs as points, and above them the lasso and a ring around the selected song. */
export function MapCanvas(props: Props) {
  const { map, camera, size, whole, liked, chosen, selected, line, onFail } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const renderer = useRef<Renderer | null>(null)
  const scheme = useComputedColorScheme('light')
  const ratio = Math.min(window.devicePixelRatio || 1, 2)
  const radius = radiusOf(map.points.count, size, camera.scale / whole)

  useEffect(() => {
    const element = canvas.current as HTMLCanvasElement
    renderer.current = rendererOn(element, map.points, map.clusters)
    if (!renderer.current) onFail()
    element.addEventListener('webglcontextlost', onFail)
    return () => {
      element.removeEventListener('webglcontextlost', onFail)
      renderer.current?.end()
    }
  }, [map, onFail])
  useEffect(() => renderer.current?.setLikes(liked), [liked])
  useEffect(() => renderer.current?.setChosen(chosen ?? []), [chosen])
  // biome-ignore lint/correctness/useExhaustiveDependencies: likes are drawn anew when they change
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      renderer.current?.draw({ camera, size, ratio, radius, scheme, choosing: Boolean(chosen) })
    })
    return () => cancelAnimationFrame(frame)
  }, [camera, size, ratio, radius, scheme, chosen, liked])

  const path = line.map((spot) => toScreen(camera, size, spot).map(Math.round).join(' ')).join('L')
  const here = selected === undefined ? null : spotOf(map, selected)
  const ring = here && toScreen(camera, size, here)
  return (
    <>
      <canvas
        key={map.release}
        ref={canvas}
        width={Math.round(size.width * ratio)}
        height={Math.round(size.height * ratio)}
      />
      <svg className={styles.over} aria-hidden="true">
        {path ? <path d={`M${path}Z`} className={styles.halo} /> : null}
        {path ? <path d={`M${path}Z`} className={styles.lasso} /> : null}
        {ring ? <circle cx={ring[0]} cy={ring[1]} r={radius + 8} className={styles.halo} /> : null}
        {ring ? <circle cx={ring[0]} cy={ring[1]} r={radius + 8} className={styles.here} /> : null}
      </svg>
    </>
  )
}

export const spotOf = ({ points }: CatalogueMap, row: number): Spot => [points.x[row] ?? 0, points.y[row] ?? 0]
