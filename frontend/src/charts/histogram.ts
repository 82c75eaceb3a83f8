/** Geometry of a histogram: your bars and the catalogue's line on one scale of shares. */
import { max, sum } from 'd3-array'
import { scaleLinear } from 'd3-scale'
import { curveBumpX, line } from 'd3-shape'

export const WIDTH = 320
export const HEIGHT = 56
const GAP = 2

interface Bar {
  x: number
  y: number
  width: number
  height: number
}

export interface Histogram {
  bars: Bar[]
  /** The catalogue as a line through the middles of its bins. */
  curve: string
  /** The x of a value on the axis, or null where there is none. */
  at: (value: number | null | undefined) => number | null
}

interface Given {
  /** Counts or shares of the likes, bin by bin. */
  yours: readonly number[]
  /** Shares of the catalogue in the same bins. */
  catalogue: readonly number[]
  low: number
  high: number
}

export function histogram({ yours, catalogue, low, high }: Given): Histogram {
  const all = sum(yours) || 1
  const shares = yours.map((n) => n / all)
  const most = Math.max(max(shares) ?? 0, max(catalogue) ?? 0) || 1
  const y = scaleLinear([0, most], [HEIGHT, 0])
  const step = WIDTH / yours.length
  const x = scaleLinear([low, high], [0, WIDTH]).clamp(true)
  return {
    bars: shares.map((share, i) => {
      const top = tenth(y(share))
      return { x: tenth(i * step + GAP / 2), width: tenth(step - GAP), y: top, height: tenth(HEIGHT - top) }
    }),
    curve: curveOf(catalogue, step, y),
    at: (value) => (value === null || value === undefined ? null : x(value)),
  }
}

/** Begins at the left edge, so that the first bin is not cut in half. */
function curveOf(shares: readonly number[], step: number, y: (share: number) => number): string {
  const points: [number, number][] = shares.map((share, i) => [(i + 0.5) * step, y(share)])
  const first = points[0]
  return line().curve(curveBumpX)(first ? [[0, first[1]], ...points] : []) ?? ''
}

const tenth = (px: number): number => Math.round(10 * px) / 10
