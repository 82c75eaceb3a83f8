import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Camera, Size } from './camera'
import { likesIn } from './frame'
import styles from './map.module.css'
import { inOrder, type Label, placed } from './placedLabels'
import type { CatalogueMap } from './useMap'

interface LabelsProps {
  map: CatalogueMap
  liked: readonly number[]
  camera: Camera
  size: Size
  panel: boolean
}

/** Labels over the points; pictures for those who see, the list says the same in words. */
export function MapLabels({ map, liked, camera, size, panel }: LabelsProps) {
  const [labels, setLabels] = useState<readonly Label[]>([])
  const box = useRef<HTMLDivElement>(null)
  const clusters = useMemo(() => inOrder(map.clusters, likesIn(map.points, liked)), [map, liked])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a panel that comes or goes takes or leaves room
  useLayoutEffect(() => {
    const around = box.current?.parentElement as HTMLElement
    const { left, top } = around.getBoundingClientRect()
    const taken = [...around.querySelectorAll('[data-keep]')].map((bar) => {
      const at = bar.getBoundingClientRect()
      return { left: at.left - left, right: at.right - left, top: at.top - top, bottom: at.bottom - top }
    })
    setLabels(placed(clusters, camera, size, taken))
  }, [clusters, camera, size, panel])
  return (
    <div ref={box} aria-hidden="true">
      {labels.map(({ cluster, text, x, y }) => (
        <bdi className={styles.label} key={cluster} style={{ left: x, top: y }}>
          {text}
        </bdi>
      ))}
    </div>
  )
}
