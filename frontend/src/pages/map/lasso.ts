/** Songs inside a drawn line. */
import type { Spot } from './camera'
import { NOWHERE, type Points } from './points'

/** Most seeds of a list of recommendations. */
const MOST_SEEDS = 10
const SAMPLE = 2000

/** Whether a point lies inside a closed polygon, by the even-odd rule. */
export function isInside([x, y]: Spot, polygon: readonly Spot[]): boolean {
  let inside = false
  let [bx, by] = polygon.at(-1) ?? [0, 0]
  for (const [ax, ay] of polygon) {
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
    ;[bx, by] = [ax, ay]
  }
  return inside
}

/** Rows of the songs on the map inside a polygon of the map, in their order. */
export function rowsInside({ count, x, y, cluster }: Points, polygon: readonly Spot[]): number[] {
  const [xs, ys] = [polygon.map(([px]) => px), polygon.map(([, py]) => py)]
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  const rows: number[] = []
  for (let row = 0; row < count; row++) {
    const [px, py] = [x[row] as number, y[row] as number]
    if (cluster[row] === NOWHERE || px < left || px > right || py < top || py > bottom) continue
    if (isInside([px, py], polygon)) rows.push(row)
  }
  return rows
}

/** At most `most` rows spread over the choice: each is the farthest from those taken before (farthest-point sampling),
 * and the first is the one nearest to the middle. Of a large choice 2,000 rows at equal steps are looked at. */
export function spread({ x, y }: Points, rows: readonly number[], most = MOST_SEEDS): number[] {
  const step = Math.max(1, rows.length / SAMPLE)
  const asked = Array.from({ length: Math.min(rows.length, SAMPLE) }, (_, i) => rows[Math.floor(i * step)] as number)
  const middle: Spot = [mean(asked.map((row) => x[row] as number)), mean(asked.map((row) => y[row] as number))]
  const distance = (row: number, [ax, ay]: Spot) => ((x[row] as number) - ax) ** 2 + ((y[row] as number) - ay) ** 2
  const taken: number[] = []
  let gaps = asked.map((row) => -distance(row, middle))
  while (taken.length < Math.min(most, asked.length)) {
    const next = asked[gaps.indexOf(Math.max(...gaps))] as number
    const spot: Spot = [x[next] as number, y[next] as number]
    const first = taken.length === 0
    taken.push(next)
    gaps = asked.map((row, i) => {
      if (taken.includes(row)) return Number.NEGATIVE_INFINITY
      return first ? distance(row, spot) : Math.min(gaps[i] as number, distance(row, spot))
    })
  }
  return taken
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1)
