/** The cable of a taste: one strand for each side, as thick as its weight; the first row takes the rightmost. */
export interface CableRow {
  /** Strands that run on below this row: index of the side, left edge and width in px. */
  on: readonly { side: number; left: number; width: number }[]
  /** The strand of this row as it bends to the covers. */
  bend: string
}

const CABLE = 42
export const GUTTER = 68
const LEAST = 2
const COVER_MIDDLE = 44

export const strandWidths = (weights: readonly number[]): number[] =>
  weights.map((weight) => Math.max(LEAST, CABLE * weight))

export function cableRows(weights: readonly number[]): CableRow[] {
  const widths = strandWidths(weights)
  const total = widths.reduce((sum, width) => sum + width, 0)
  const rights = widths.map((_, i) => total - widths.slice(0, i).reduce((sum, width) => sum + width, 0))
  return widths.map((width, i) => ({
    on: widths.flatMap((one, j) => (j > i ? [{ side: j, left: px((rights[j] as number) - one), width: px(one) }] : [])),
    bend: bend((rights[i] as number) - width, rights[i] as number, COVER_MIDDLE - width / 2, COVER_MIDDLE + width / 2),
  }))
}

/** All strands side by side, in px: the cap that begins the cable. */
export const cableWidth = (weights: readonly number[]): number =>
  px(strandWidths(weights).reduce((sum, width) => sum + width, 0))

function bend(left: number, right: number, top: number, foot: number): string {
  const outer = `M${px(left)} -1C${px(left)} ${px(foot * 0.8)} ${px(left + (GUTTER - left) * 0.25)} ${px(foot)} ${GUTTER} ${px(foot)}`
  const inner = `C${px(right + (GUTTER - right) * 0.3)} ${px(top)} ${px(right)} ${px(top * 0.7)} ${px(right)} -1Z`
  return `${outer}V${px(top)}${inner}`
}

const px = (value: number): number => Math.round(10 * value) / 10
