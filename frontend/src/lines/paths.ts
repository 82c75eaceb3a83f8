/** Shapes of the lines as SVG paths, in px. */
import { fanThickness, whyThickness } from './thickness'

export const FAN_WIDTH = 168
export const ROW_HEIGHT = 88
const FAN_MIDDLE = 150
const COVER_MIDDLE = 44

export interface Strand {
  path: string
  width: number
}

/** Strands from the seed's right edge, stacked like a cable, to the middle of each cover. */
export function fanStrands(scores: readonly number[]): Strand[] {
  const widths = fanThickness(scores)
  const starts = stacked(widths, FAN_MIDDLE)
  return widths.map((width, i) => {
    const [from, to] = [px(starts[i] as number), COVER_MIDDLE + ROW_HEIGHT * i]
    return {
      width,
      path: `M0 ${from}C${px(0.55 * FAN_WIDTH)} ${from} ${px(0.42 * FAN_WIDTH)} ${to} ${FAN_WIDTH} ${to}`,
    }
  })
}

/** Middles of bands that lie one upon the other around a middle. */
function stacked(widths: readonly number[], middle: number): number[] {
  let top = middle - widths.reduce((a, b) => a + b, 0) / 2
  return widths.map((width) => {
    top += width
    return top - width / 2
  })
}

export interface CableRow {
  /** What runs on to later rows. */
  rest: number
  bend: string
}

export const CABLE_LEFT = 4
const CABLE_END = 44
const CABLE_COVER = 40

/** What each row of a phone takes from the cable: its rightmost strand bends to the cover, the rest runs on. */
export function cableRows(widths: readonly number[]): CableRow[] {
  let rest = widths.reduce((a, b) => a + b, 0)
  return widths.map((width) => {
    rest = Math.max(0, rest - width)
    return { rest, bend: bend(CABLE_LEFT + rest, CABLE_LEFT + rest + width, width * 0.625) }
  })
}

function bend(left: number, right: number, half: number): string {
  const [low, high] = [px(CABLE_COVER + half), px(CABLE_COVER - half)]
  const outer = `M${px(left)} -1C${px(left)} 31 ${px(left + (CABLE_END - left) * 0.25)} ${low} ${CABLE_END} ${low}`
  return `${outer}V${high}C${px(right + (CABLE_END - right) * 0.25)} ${high} ${px(right)} 26 ${px(right)} -1Z`
}

/** How many seeds have a trunk of their own; with more the list has no lines, because none could be told apart. */
export const MOST_TRUNKS = 5

/** Where the trunks of n seeds stand in a gutter of 68 px. */
export const trunkPositions = (seeds: number): number[] =>
  Array.from({ length: seeds }, (_, i) => 5 + i * (seeds > 3 ? 8 : 10))

const BRANCH_MIDDLE = 41
const BRANCH_END = 68

/** Branches of the given widths from each trunk to a cover, tapered from 2 px; null where the seed brought nothing. The rightmost trunk
 * ends topmost, so that none crosses another. */
export function branchPaths(widths: readonly number[]): (string | null)[] {
  const at = trunkPositions(widths.length)
  let y = BRANCH_MIDDLE - widths.reduce((a, b) => a + b, 0) / 2
  const paths: (string | null)[] = widths.map(() => null)
  for (let i = widths.length - 1; i >= 0; i--) {
    const width = widths[i] as number
    if (width > 0) paths[i] = branch(at[i] as number, y, y + width)
    y += width
  }
  return paths
}

function branch(x: number, top: number, foot: number): string {
  const [left, right] = [x - 1, x + 1]
  const lower = `${left} ${px(-10 + (foot + 10) * 0.77)} ${px(left + (69 - x) * 0.22)} ${px(foot)}`
  const upper = `${px(right + (67 - x) * 0.283)} ${px(top)} ${right} ${px(-10 + (top + 10) * 0.669)}`
  return `M${left} -10C${lower} ${BRANCH_END} ${px(foot)}V${px(top)}C${upper} ${right} -10Z`
}

const WHY_ROW = 52
const WHY_WIDTH = 84

/** Strands of Why: from the middle of each seed's row to the song, stacked at its middle. */
export function whyStrands(shares: readonly number[]): Strand[] {
  const widths = shares.map((share) => Math.max(1, whyThickness(share)))
  const ends = stacked(widths, whyHeight(shares.length) / 2)
  return widths.map((width, i) => {
    const [from, to] = [24 + WHY_ROW * i, px(ends[i] as number)]
    return { width, path: `M0 ${from}C44 ${from} 36 ${to} ${WHY_WIDTH} ${to}` }
  })
}

export const whyHeight = (seeds: number): number => WHY_ROW * seeds - 4

const px = (value: number): number => Math.round(value * 10) / 10
