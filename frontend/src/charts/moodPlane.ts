/** Geometry of the plane of mood (valence, to the right) and energy (up). */
import { max } from 'd3-array'
import { scaleLinear, scaleSqrt } from 'd3-scale'
import { curveCatmullRom, line } from 'd3-shape'

export const SIDE = 400
const x = scaleLinear([0, 1], [0, SIDE])
const y = scaleLinear([0, 1], [SIDE, 0])

export interface Dot {
  x: number
  y: number
  r: number
  n: number
}

/** One dot for each cell that holds songs, its area by their number. `bins`: rows of energy (low first) by mood. */
export function cells(bins: readonly (readonly number[])[]): Dot[] {
  const most = max(bins, (row) => max(row)) ?? 0
  const cell = SIDE / (bins.length || 1)
  const radius = scaleSqrt([0, most || 1], [0, cell * 0.46])
  return bins.flatMap((row, up) =>
    row.flatMap((n, along) =>
      n ? [{ x: (along + 0.5) * cell, y: SIDE - (up + 0.5) * cell, r: Math.max(2.5, radius(n)), n }] : [],
    ),
  )
}

export const place = (valence: number, energy: number): readonly [number, number] => [x(valence), y(energy)]

export interface Window {
  place: (valence: number, energy: number) => readonly [number, number]
}

/** A part of the plane that holds all the points with room around them: months differ by little. */
export function zoomed(points: readonly { valence: number; energy: number }[], least = 0.3): Window {
  const [fromX, toX] = around(
    points.map(({ valence }) => valence),
    least,
  )
  const [fromY, toY] = around(
    points.map(({ energy }) => energy),
    least,
  )
  const [across, up] = [scaleLinear([fromX, toX], [0, SIDE]), scaleLinear([fromY, toY], [SIDE, 0])]
  return { place: (valence, energy) => [across(valence), up(energy)] }
}

function around(values: readonly number[], least: number): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const width = Math.max(least, (high - low) * 1.5)
  const middle = (low + high) / 2
  return [middle - width / 2, middle + width / 2]
}

/** A smooth line through the points, in their order. */
export const through = (points: readonly (readonly [number, number])[]): string =>
  line().curve(curveCatmullRom)(points.map(([px, py]) => [px, py])) ?? ''
