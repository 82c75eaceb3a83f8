import { area, curveMonotoneX, line } from 'd3-shape'

export const WIDTH = 320
export const HEIGHT = 40

/** The hill of a distribution as a line and the area under it, through the middles of its bins. */
export function hillOf(shares: readonly number[]): { line: string; area: string } {
  const most = Math.max(...shares, 1e-9)
  const step = WIDTH / shares.length
  const y = (share: number) => HEIGHT - (share / most) * (HEIGHT - 2)
  const middles = shares.map((share, i): [number, number] => [(i + 0.5) * step, y(share)])
  const first = middles[0]
  const last = middles.at(-1)
  const points: [number, number][] = first && last ? [[0, first[1]], ...middles, [WIDTH, last[1]]] : []
  return {
    line: line().curve(curveMonotoneX)(points) ?? '',
    area:
      area<[number, number]>()
        .y0(HEIGHT)
        .y1(([, value]) => value)
        .x(([x]) => x)
        .curve(curveMonotoneX)(points) ?? '',
  }
}
