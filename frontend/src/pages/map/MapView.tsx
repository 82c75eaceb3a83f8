import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { centred, panned, type Spot, toMap, zoomed } from './camera'
import { boundsOf, everything, freeOf } from './frame'
import { MapCanvas, spotOf } from './MapCanvas'
import { MapLabels } from './MapLabels'
import { MapTools } from './MapTools'
import styles from './map.module.css'
import { useCamera } from './useCamera'
import { useGestures } from './useGestures'
import type { CatalogueMap } from './useMap'
import { useSize } from './useSize'
import { useWheel } from './useWheel'

const CLICK_PX = { mouse: 12, touch: 24 }
const STEP_PX = 80
const FLY_ZOOM = 4

/** The songs inside a line drawn on the map. */
export interface Choice {
  line: readonly Spot[]
  rows: readonly number[]
}

interface Props {
  map: CatalogueMap
  liked: readonly number[]
  selected: number | undefined
  choice: Choice | null
  /** A song to fly to; every new object is a flight. */
  flight: { row: number } | null
  onSelect: (row: number | undefined) => void
  onLasso: (line: readonly Spot[]) => void
  onFail: () => void
  /** Bars over the map. */
  children: ReactNode
  panel: ReactNode
}

/** The map as it is seen: songs, labels, tools, and what lies over them. */
export function MapView(props: Props) {
  const { map, liked, selected, choice, flight, onSelect, onLasso, onFail, children, panel } = props
  const ref = useRef<HTMLDivElement>(null)
  const size = useSize(ref)
  const { width, height } = size
  const bounds = useMemo(() => boundsOf(map.points), [map])
  const { camera, set, fly } = useCamera()
  const [drawing, setDrawing] = useState(false)
  const [line, setLine] = useState<readonly Spot[]>([])
  const whole = size.width ? everything(bounds, size).scale : 1
  const centre: Spot = [width / 2, height / 2]
  const shown = Boolean(panel)

  const zoom = (factor: number, at: Spot) => set((now) => zoomed(now, size, factor, at, whole))
  const reset = () => fly(everything(bounds, size, shown))
  const gestures = useGestures({
    drawing,
    onPan: (dx, dy) => set((now) => panned(now, dx, dy)),
    onZoom: zoom,
    onLine: (spots) => setLine(camera ? spots.map((spot) => toMap(camera, size, spot)) : []),
    onLasso: (spots) => {
      setDrawing(false)
      if (camera) onLasso(spots.map((spot) => toMap(camera, size, spot)))
    },
    onClick: (at, touch) => {
      if (!camera) return
      onSelect(map.places.nearest(toMap(camera, size, at), CLICK_PX[touch ? 'touch' : 'mouse'] / camera.scale))
    },
  })

  // biome-ignore lint/correctness/useExhaustiveDependencies: the first size, and any later one, shows everything
  useLayoutEffect(() => {
    if (width && height) fly(everything(bounds, size, false))
  }, [bounds, size])
  // biome-ignore lint/correctness/useExhaustiveDependencies: one flight for each object, once the size is known
  useEffect(() => {
    if (!flight || !width) return
    const scale = Math.max(camera?.scale ?? 0, whole * FLY_ZOOM)
    fly(centred(spotOf(map, flight.row), scale, size, freeOf(size, true)))
  }, [flight, size])
  useWheel(ref, zoom)

  const keys = (event: KeyboardEvent) => {
    const [dx, dy] = ({ ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] } as const)[
      event.key as 'ArrowUp'
    ] ?? [0, 0]
    if (dx || dy) set((now) => panned(now, dx * STEP_PX, dy * STEP_PX))
    else if (event.key === '+' || event.key === '=') zoom(1.6, centre)
    else if (event.key === '-') zoom(1 / 1.6, centre)
    else if (event.key === '0') reset()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div className={styles.box} ref={ref}>
      <div
        className={styles.points}
        data-drawing={drawing || undefined}
        role="application"
        aria-label={`Map of ${map.points.count.toLocaleString('en')} songs`}
        aria-describedby="map-keys"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes keys
        tabIndex={0}
        onKeyDown={keys}
        {...gestures}
      >
        {camera && width ? (
          <MapCanvas
            {...{ map, camera, size, whole, liked, selected, onFail }}
            chosen={choice?.rows ?? null}
            line={line.length ? line : (choice?.line ?? [])}
          />
        ) : null}
      </div>
      <p className="sr" id="map-keys">
        Arrow keys move the map, plus and minus bring it closer and further, zero shows everything. Every action here is
        also in Explore as list.
      </p>
      {camera && width ? <MapLabels {...{ map, liked, size }} camera={camera} panel={shown} /> : null}
      {children}
      <MapTools drawing={drawing} onDrawing={setDrawing} onZoom={(factor) => zoom(factor, centre)} onReset={reset} />
      {panel}
    </div>
  )
}
