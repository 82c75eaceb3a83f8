/** Finds songs by place: a grid of square cells over the map, the rows of each cell one after another. */
import type { Spot } from './camera'
import { NOWHERE, type Points } from './points'

const SIDE = 65536
const A_CELL = 4
export type Direction = 'left' | 'right' | 'up' | 'down'
const DIRECTIONS: Readonly<Record<Direction, Spot>> = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }

export interface Places {
  /** The row nearest to a point of the map, at most `within` units away. */
  nearest: (at: Spot, within: number) => number | undefined
  /** The row nearest to a song within the quarter of the plane that lies in a direction. */
  neighbour: (row: number, direction: Direction) => number | undefined
}

/** An index of the songs on the map. */
export function placesOf(points: Points): Places {
  const { x, y } = points
  const across = Math.max(1, Math.min(512, Math.round(Math.sqrt(points.count / A_CELL))))
  const cell = SIDE / across
  const { starts, rows } = sorted(points, across, cell)

  /** The row with the least squared distance that `fits`, looked for in rings of cells around a point. */
  function search([ax, ay]: Spot, within: number, fits: (row: number, dx: number, dy: number) => boolean) {
    const [cx, cy] = [Math.floor(ax / cell), Math.floor(ay / cell)]
    let [best, least]: [number | undefined, number] = [undefined, within * within]
    const look = (column: number, line: number) => {
      if (column < 0 || line < 0 || column >= across || line >= across) return
      const at = line * across + column
      for (let i = starts[at] as number; i < (starts[at + 1] as number); i++) {
        const row = rows[i] as number
        const [dx, dy] = [(x[row] as number) - ax, (y[row] as number) - ay]
        const distance = dx * dx + dy * dy
        if (distance > least || (distance === least && best !== undefined) || !fits(row, dx, dy)) continue
        ;[best, least] = [row, distance]
      }
    }
    const most = Math.min(2 * across, Math.ceil(within / cell) + 1)
    for (let ring = 0; ring <= most && (ring - 1) * cell <= Math.sqrt(least); ring++)
      for (const [column, line] of cellsOf(cx, cy, ring)) look(column, line)
    return best
  }

  return {
    nearest: (at, within) => search(at, within, () => true),
    neighbour: (row, direction) => {
      const [ux, uy] = DIRECTIONS[direction]
      const ahead = (other: number, dx: number, dy: number) => {
        const along = dx * ux + dy * uy
        return other !== row && along > 0 && along >= Math.abs(dx * uy - dy * ux)
      }
      return search([x[row] as number, y[row] as number], 2 * SIDE, ahead)
    },
  }
}

/** Cells at a distance of `ring` cells: the border of a square. */
function* cellsOf(cx: number, cy: number, ring: number): Generator<readonly [number, number]> {
  for (let line = cy - ring; line <= cy + ring; line++) {
    const step = Math.abs(line - cy) === ring || ring === 0 ? 1 : 2 * ring
    for (let column = cx - ring; column <= cx + ring; column += step) yield [column, line]
  }
}

/** Rows by cell (counting sort), and where the rows of each cell begin. */
function sorted({ count, x, y, cluster }: Points, across: number, cell: number) {
  const starts = new Uint32Array(across * across + 1)
  const cellOf = (row: number) => Math.floor((y[row] as number) / cell) * across + Math.floor((x[row] as number) / cell)
  let placed = 0
  for (let row = 0; row < count; row++) {
    if (cluster[row] === NOWHERE) continue
    placed++
    starts[cellOf(row) + 1] = (starts[cellOf(row) + 1] as number) + 1
  }
  for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] as number) + (starts[i - 1] as number)
  const [rows, next] = [new Uint32Array(placed), starts.slice()]
  for (let row = 0; row < count; row++) {
    if (cluster[row] === NOWHERE) continue
    const at = cellOf(row)
    rows[next[at] as number] = row
    next[at] = (next[at] as number) + 1
  }
  return { starts, rows }
}
