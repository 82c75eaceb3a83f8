/** What part of the map is seen: the map's point in the middle of the canvas, and CSS pixels a unit of the map. */

export interface Camera {
  x: number
  y: number
  scale: number
}
export interface Size {
  width: number
  height: number
}
export interface Box {
  left: number
  top: number
  right: number
  bottom: number
}
export type Spot = readonly [x: number, y: number]

/** Nearer than this one song fills the screen: pixels a unit. */
const NEAREST = 0.5
const EDGE = 0.97

export const toScreen = (camera: Camera, { width, height }: Size, [x, y]: Spot): Spot => [
  (x - camera.x) * camera.scale + width / 2,
  (y - camera.y) * camera.scale + height / 2,
]

export const toMap = (camera: Camera, { width, height }: Size, [x, y]: Spot): Spot => [
  (x - width / 2) / camera.scale + camera.x,
  (y - height / 2) / camera.scale + camera.y,
]

/** The camera that shows `bounds` (of the map) within `free` (of the canvas): what bars and panels leave. */
export function fitted(bounds: Box, size: Size, free: Box): Camera {
  const across = Math.max(bounds.right - bounds.left, 1)
  const down = Math.max(bounds.bottom - bounds.top, 1)
  const scale = EDGE * Math.min((free.right - free.left) / across, (free.bottom - free.top) / down)
  const middle: Spot = [(bounds.left + bounds.right) / 2, (bounds.top + bounds.bottom) / 2]
  return centred(middle, scale, size, free)
}

/** The camera at a scale that has a point of the map in the middle of `free`. */
export function centred([x, y]: Spot, scale: number, { width, height }: Size, free: Box): Camera {
  const dx = (free.left + free.right - width) / 2 / scale
  const dy = (free.top + free.bottom - height) / 2 / scale
  return { x: x - dx, y: y - dy, scale }
}

export const panned = (camera: Camera, dx: number, dy: number): Camera => ({
  ...camera,
  x: camera.x - dx / camera.scale,
  y: camera.y - dy / camera.scale,
})

/** Closer by a factor around a point of the canvas, which keeps its place. `least` is the scale that shows everything. */
export function zoomed(camera: Camera, size: Size, factor: number, at: Spot, least: number): Camera {
  const scale = Math.min(Math.max(camera.scale * factor, least / 2), Math.max(NEAREST, least))
  const [x, y] = toMap(camera, size, at)
  return { x: x - (at[0] - size.width / 2) / scale, y: y - (at[1] - size.height / 2) / scale, scale }
}

/** On the way from one camera to another: `share` 0 to 1; the scale changes by equal factors. */
export function between(from: Camera, to: Camera, share: number): Camera {
  const eased = 1 - (1 - share) ** 3
  const mix = (a: number, b: number) => a + (b - a) * eased
  return { x: mix(from.x, to.x), y: mix(from.y, to.y), scale: from.scale * (to.scale / from.scale) ** eased }
}
