import { mix } from './oklch'

/** One line through a square of 320, starting and ending outside it (the spiral begins inside). */
interface Figure {
  path: string
  /** What closes the path into the field on one side of the line; empty where there is none. */
  close: string
  disc: readonly [number, number]
  /** Largest radius of the disc, given the width of the band. */
  room: (width: number) => number
  /** Widest band that keeps the figure open. */
  widest: number
}

export type FigureName =
  | 'wave'
  | 'hill'
  | 'arch'
  | 'serpent'
  | 'steps'
  | 'zigzag'
  | 'chevron'
  | 'corner'
  | 'loop'
  | 'spiral'
  | 'horizon'
  | 'merge'

/** `swing` 0..1 is the energy, `repeats` 1..3 the danceability. */
type Draw = (swing: number, repeats: number) => Figure

const FLOOR = 'V720H-400z'
const fixed = (radius: number) => () => radius
const figure = (
  path: string,
  close: string,
  disc: readonly [number, number],
  room: (width: number) => number,
  widest: number,
): Figure => ({ path, close, disc, room, widest })

function waves(x: number, y: number, width: number, rise: number, count: number): string {
  const turns = Array.from({ length: count }, (_, i) => {
    const dy = i % 2 ? rise : -rise
    return `c${width / 2} 0 ${width / 2} ${dy} ${width} ${dy}`
  })
  return `M-400 ${y}H${x}${turns.join('')}H720`
}

const wave: Draw = (swing, repeats) => {
  const count = 2 * repeats - 1
  const width = 272 / count
  const rise = mix(90, 170, swing) / (repeats > 1 ? 1.25 : 1)
  const path = waves(160 - (count * width) / 2, 160 + rise / 2, width, rise, count)
  return figure(path, FLOOR, [86, 84], fixed(52), 150 / repeats ** 0.75)
}

const hill: Draw = (swing) => {
  const x = mix(90, 110, swing)
  const top = mix(170, 110, swing)
  return figure(`M-400 250H10C90 250 ${x} ${top} 160 ${top}S230 250 310 250H720`, FLOOR, [238, 76], fixed(54), 130)
}

const arch: Draw = (swing) => {
  const r = mix(64, 96, swing)
  const y = mix(170, 150, swing)
  const path = `M${160 - r} 720V${y}a${r} ${r} 0 0 1 ${2 * r} 0V720`
  return figure(path, 'z', [160, y + 4], (width) => r - width / 2 - 14, r * 1.1)
}

const serpent: Draw = (_, repeats) =>
  repeats > 1
    ? figure('M-400 265H205a52.5 52.5 0 0 0 0 -105H115a52.5 52.5 0 0 1 0 -105H720', FLOOR, [262, 108], fixed(30), 76)
    : figure('M-400 242H178a82 82 0 0 0 0 -164H-400', 'z', [178, 160], (width) => 82 - width / 2 - 14, 122)

const steps: Draw = (swing, repeats) => {
  const count = repeats > 1 ? 2 : 1
  const r = count > 1 ? 40 : 62
  const rise = (mix(150, 210, swing) - 2 * r * count) / count
  const step = `a${r} ${r} 0 0 0 ${r} ${-r}v${-rise}a${r} ${r} 0 0 1 ${r} ${-r}h20`
  const start = `M-400 ${160 + count * r + (rise * count) / 2}H${160 - count * r - (count - 1) * 10}`
  return figure(`${start}${step.repeat(count)}H720`, FLOOR, [74, 76], fixed(46), count > 1 ? 74 : 118)
}

const zigzag: Draw = (swing, repeats) => {
  const count = repeats + 1
  const height = mix(60, 120, swing) / (repeats > 2 ? 1.2 : 1)
  const level = (i: number) => 160 + (i % 2 ? -height : height)
  const corners = Array.from({ length: count }, (_, i) => `L${-20 + (360 / count) * (i + 1)} ${level(i + 1)}`)
  const path = `M-400 ${level(0)}L-20 ${level(0)}${corners.join('')}L720 ${level(count)}`
  return figure(path, FLOOR, [48, 76], fixed(repeats > 1 ? 0 : 38), 128 / repeats ** 0.6)
}

const chevron: Draw = (swing) => {
  const h = mix(90, 190, swing)
  return figure(
    `M-240 ${190 - h * 2}L160 ${170 + h * 0.5}L560 ${190 - h * 2}`,
    'V-700H-240z',
    [160, 74],
    fixed(44),
    140,
  )
}

const corner: Draw = (swing) => {
  const r = mix(70, 130, swing)
  const path = `M-400 214H${214 - r}a${r} ${r} 0 0 0 ${r} ${-r}V-400`
  return figure(path, 'H-400z', [84, 84], (width) => 126 - width / 2, 150)
}

const loop: Draw = (swing) => {
  const r = mix(58, 84, swing)
  const path = `M-400 ${164 + r}H160a${r} ${r} 0 0 0 0 ${-2 * r}a${r} ${r} 0 0 0 0 ${2 * r}H720`
  return figure(path, FLOOR, [160, 164], (width) => r - width / 2 - 8, r * 0.92)
}

const spiral: Draw = (swing) =>
  figure(
    'M138 150a34 34 0 0 1 68 0a68 68 0 0 1 -136 0a102 102 0 0 1 204 0a136 136 0 0 1 -136 136H-400',
    '',
    [172, 150],
    fixed(0),
    mix(46, 56, swing),
  )

const horizon: Draw = (swing) => {
  const top = mix(200, 160, swing)
  return figure(`M-400 214H20C110 214 110 ${top} 160 ${top}S210 214 300 214H720`, FLOOR, [160, 96], fixed(64), 150)
}

const merge: Draw = (swing) => {
  const d = mix(62, 96, swing)
  const strand = (y: number) => `M-400 ${y}H24C130 ${y} 150 160 250 160H720`
  return figure(strand(160 - d) + strand(160 + d), '', [44, 160], fixed(d * 0.36), d * 1.02)
}

export const FIGURES: Readonly<Record<FigureName, Draw>> = {
  wave,
  hill,
  arch,
  serpent,
  steps,
  zigzag,
  chevron,
  corner,
  loop,
  spiral,
  horizon,
  merge,
}
